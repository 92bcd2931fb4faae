package org.remotepkcs11.proxy.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Entries of a log that follow one another.
 *
 * @param from first entry
 * @param to   one behind the last
 * @param text in the format of {@link AuditExport}, with a head that covers them
 */
public record LogSegment(long from, long to, String text) {
    private static final int PAGE = 200;

    static Optional<LogSegment> read(StoredTree tree, long from, long bytes) {
        long covered = tree.headSize();
        List<byte[]> bodies = new ArrayList<>();
        long taken = 0;
        List<StoredTree.Entry> page = tree.entries(from, PAGE);
        while (!page.isEmpty() && taken < bytes) {
            for (StoredTree.Entry entry : page) {
                if (entry.index() < covered && taken < bytes) {
                    bodies.add(entry.body());
                    taken += entry.body().length;
                }
            }
            page = from + bodies.size() < covered ? tree.entries(from + bodies.size(), PAGE) : List.of();
        }
        return bodies.isEmpty() ? Optional.empty() : Optional.of(new LogSegment(from, from + bodies.size(),
                AuditExport.segment(from, bodies, tree.head().orElseThrow())));
    }
}
