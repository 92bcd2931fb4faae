package org.remotepkcs11.proxy.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.remotepkcs11.proxy.store.Database;
import org.remotepkcs11.wire.MessageBounds;
import org.remotepkcs11.wire.RefusedException;

/** Reads the log as it is committed. */
public final class AuditReader {
    private static final int PAGE = 200;

    private final Database database;

    AuditReader(Database database) {
        this.database = database;
    }

    /** Entries so far. */
    public long size() throws RefusedException {
        return database.read(handle -> new StoredTree(handle).size());
    }

    /** The entry's bytes, as the tree hashes them; empty if there is none. */
    public Optional<byte[]> body(long index) throws RefusedException {
        return database.read(handle -> new StoredTree(handle).body(index));
    }

    /**
     * @return empty if there is none
     * @throws UnreadableEntryException if it was damaged
     */
    public Optional<AuditEntry> entry(long index) throws RefusedException, UnreadableEntryException {
        Optional<byte[]> body = body(index);
        return body.isPresent() ? Optional.of(AuditEntryCodec.decode(body.get())) : Optional.empty();
    }

    /** An entry out of its bytes. @throws UnreadableEntryException if they are none of this version */
    public static AuditEntry read(byte[] body) throws UnreadableEntryException {
        return AuditEntryCodec.decode(body);
    }

    /** The last signed tree head, a C2SP checkpoint; empty in an empty log. */
    public Optional<String> head() throws RefusedException {
        return database.read(handle -> new StoredTree(handle).head());
    }

    /** Audit path, RFC 6962 section 2.1.1. @throws IllegalArgumentException if the tree of that size lacks the entry */
    public List<byte[]> inclusion(long index, long size) throws RefusedException {
        return database.read(handle -> new TreeProofs(new StoredTree(handle)).inclusion(index, size));
    }

    /** RFC 6962 section 2.1.2. @throws IllegalArgumentException if the older tree is larger */
    public List<byte[]> consistency(long older, long newer) throws RefusedException {
        return database.read(handle -> new TreeProofs(new StoredTree(handle)).consistency(older, newer));
    }

    /**
     * The bytes of entries that follow one another.
     *
     * @param to    one behind the last
     * @param bytes after which no more entry is taken; there is at least one, if there is one at all
     */
    public List<byte[]> bodies(long from, long to, long bytes) throws RefusedException {
        return database.read(handle -> {
            List<byte[]> bodies = new ArrayList<>();
            long taken = 0;
            List<StoredTree.Entry> page = new StoredTree(handle).entries(from, PAGE);
            while (!page.isEmpty() && taken < bytes && bodies.size() < MessageBounds.MAX_LOG_ENTRIES) {
                for (StoredTree.Entry entry : page) {
                    if (entry.index() == from + bodies.size() && entry.index() < to && taken < bytes
                            && bodies.size() < MessageBounds.MAX_LOG_ENTRIES) {
                        bodies.add(entry.body());
                        taken += entry.body().length;
                    }
                }
                page = from + bodies.size() < to && page.size() == PAGE
                        ? new StoredTree(handle).entries(from + bodies.size(), PAGE) : List.of();
            }
            return bodies;
        });
    }

    /**
     * The next part of the log that a signed head covers, as text in the format of {@link AuditExport}.
     *
     * @param from  first entry
     * @param bytes after which no more entry is taken; there is at least one
     * @return empty if the last signed head covers no entry from there on
     */
    public Optional<LogSegment> segment(long from, long bytes) throws RefusedException {
        return database.read(handle -> LogSegment.read(new StoredTree(handle), from, bytes));
    }
}
