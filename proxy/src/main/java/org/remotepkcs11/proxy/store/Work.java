package org.remotepkcs11.proxy.store;

import org.remotepkcs11.wire.RefusedException;

/** Something to be done in one transaction with whatever else waits. */
@FunctionalInterface
public interface Work<T> {
    /**
     * Reads and writes by the batch's handle. What it wrote is undone if it throws.
     *
     * @return what makes the result when all work of the batch is done, shortly before the commit
     */
    Settlement<T> run(Batch batch) throws RefusedException;

    /** Makes the result. Writes nothing that others depend on. */
    @FunctionalInterface
    interface Settlement<T> {
        T settle(Batch batch);
    }
}
