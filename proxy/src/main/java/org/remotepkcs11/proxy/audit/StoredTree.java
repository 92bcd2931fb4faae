package org.remotepkcs11.proxy.audit;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The tables of the log. */
final class StoredTree implements TreeNodes {
    private final Handle handle;

    StoredTree(Handle handle) {
        this.handle = handle;
    }

    /** Entries, counted by the last one's place. */
    long size() {
        return handle.select("SELECT position FROM log_entry ORDER BY position DESC LIMIT 1")
                .mapTo(Long.class).findOne().map(last -> last + 1).orElse(0L);
    }

    Optional<byte[]> body(long index) {
        return handle.select("SELECT body FROM log_entry WHERE position = ?", index).mapTo(byte[].class).findOne();
    }

    /** An entry as it is stored. */
    record Entry(long index, byte[] body) {
    }

    List<Entry> entries(long from, int atMost) {
        return handle.select("SELECT position, body FROM log_entry WHERE position >= ? ORDER BY position LIMIT ?", from,
                atMost).map((row, context) -> new Entry(row.getLong(1), row.getBytes(2))).list();
    }

    @Override
    public byte[] hash(int level, long position) {
        String sql = level == 0 ? "SELECT leaf FROM log_entry WHERE position = ?" : "SELECT hash FROM log_node WHERE id = ?";
        long at = level == 0 ? position : TreeNodes.number(level, position);
        return handle.select(sql, at).mapTo(byte[].class).findOne().orElseThrow(() -> new IllegalStateException(
                "the audit log's tree lacks node " + position + " of level " + level));
    }

    void insertEntry(long index, byte[] leaf, byte[] body) {
        handle.execute("INSERT INTO log_entry (position, leaf, body) VALUES (?, ?, ?)", index, leaf, body);
    }

    void insertNode(int level, long position, byte[] hash) {
        handle.execute("INSERT INTO log_node (id, hash) VALUES (?, ?)", TreeNodes.number(level, position), hash);
    }

    void putHead(long size, String note) {
        handle.execute("INSERT INTO log_head (id, size, note) VALUES (1, ?, ?)"
                + " ON CONFLICT (id) DO UPDATE SET size = excluded.size, note = excluded.note", size, note);
    }

    /** The last signed tree head. */
    Optional<String> head() {
        return handle.select("SELECT note FROM log_head WHERE id = 1").mapTo(String.class).findOne();
    }

    long headSize() {
        return handle.select("SELECT size FROM log_head WHERE id = 1").mapTo(Long.class).findOne().orElse(0L);
    }
}
