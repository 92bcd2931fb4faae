package org.remotepkcs11.proxy.audit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.remotepkcs11.wire.Checkpoint;
import org.remotepkcs11.wire.RefusedException;

/** One log out of copies of parts of it, which may overlap: as far as they reach without a gap. */
public final class JoinedLog implements LogCopy {
    private final List<Part> parts;
    private final long size;

    /** @param from its first entry */
    private record Part(LogCopy copy, long from, long to) {
    }

    private JoinedLog(List<Part> parts, long size) {
        this.parts = parts;
        this.size = size;
    }

    /** @throws IOException if a copy cannot be read */
    public static JoinedLog of(List<? extends LogCopy> copies) throws IOException {
        List<Part> parts = new ArrayList<>();
        for (LogCopy copy : copies) {
            long[] ends = {Long.MAX_VALUE, 0};
            copy.forEach((index, body) -> {
                ends[0] = Math.min(ends[0], index);
                ends[1] = Math.max(ends[1], index + 1);
            });
            parts.add(new Part(copy, ends[0], ends[1]));
        }
        parts.sort(Comparator.comparingLong(Part::from));
        long size = 0;
        for (Part part : parts) {
            size = part.from <= size ? Math.max(size, part.to) : size;
        }
        return new JoinedLog(parts, size);
    }

    /** Entries from 0 on without a gap. */
    public long size() {
        return size;
    }

    /** All heads that the copies have and that cover no more than there is. */
    public List<String> heads() throws IOException {
        List<String> heads = new ArrayList<>();
        for (Part part : parts) {
            part.copy.head().filter(head -> sizeOf(head) <= size).ifPresent(heads::add);
        }
        return heads;
    }

    @Override
    public Optional<String> head() throws IOException {
        return heads().stream().max(Comparator.comparingLong(JoinedLog::sizeOf));
    }

    /** @return more than any log if it cannot be read */
    private static long sizeOf(String head) {
        try {
            return Checkpoint.parse(head).size();
        } catch (RefusedException unreadable) {
            return Long.MAX_VALUE;
        }
    }

    @Override
    public void forEach(EntryVisitor visitor) throws IOException {
        long[] next = {0};
        for (Part part : parts) {
            if (part.from <= next[0] && part.to > next[0]) {
                part.copy.forEach((index, body) -> {
                    if (index == next[0]) {
                        visitor.entry(index, body);
                        next[0]++;
                    }
                });
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Part part : parts) {
            part.copy.close();
        }
    }
}
