package org.remotepkcs11.proxy.audit;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** A whole log, as a store or an export holds it. */
public interface LogCopy extends Closeable {
    /** The last signed tree head, a C2SP checkpoint; absent in a log that never had one. */
    Optional<String> head() throws IOException;

    /**
     * Shows every entry in the order in which the copy holds them.
     *
     * @throws IOException if the copy cannot be read
     */
    void forEach(EntryVisitor visitor) throws IOException;

    /** Told of entries. */
    @FunctionalInterface
    interface EntryVisitor {
        /** @param body the bytes that the tree hashes */
        void entry(long index, byte[] body) throws IOException;
    }
}
