package org.remotepkcs11.proxy.store;

import org.jdbi.v3.core.Handle;
import org.remotepkcs11.wire.RefusedException;

/** State in memory that follows the store's transactions, as the audit log's tree does. Used by the ledger's thread. */
public interface Journal {
    /**
     * Brings the state up to what the store holds.
     *
     * @param foreign whether anybody else may have written since the last batch
     * @throws RefusedException if what was written is not to be gone on from; nothing is written then
     */
    void begin(Handle handle, boolean foreign) throws RefusedException;

    /** Writes what is to be committed with the batch, shortly before that. */
    void end(Handle handle);

    /** How to go back to the state as it is now. */
    Runnable mark();
}
