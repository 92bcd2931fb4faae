package org.remotepkcs11.proxy.store;

import org.jdbi.v3.core.Handle;

/** State in memory that follows the store's transactions, as the audit log's tree does. Used by the ledger's thread. */
public interface Journal {
    /**
     * Brings the state up to what the store holds.
     *
     * @param foreign whether anybody else may have written since the last batch
     */
    void begin(Handle handle, boolean foreign);

    /** Writes what is to be committed with the batch, shortly before that. */
    void end(Handle handle);

    /** How to go back to the state as it is now. */
    Runnable mark();
}
