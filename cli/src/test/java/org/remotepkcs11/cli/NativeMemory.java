package org.remotepkcs11.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a running JVM's process has beside Java's heap, which has dumps of its own, and the stacks of its threads, where a
 * thread's registers are put down whenever it is stopped: buffers, and what C libraries keep.
 */
final class NativeMemory {
    /** Below is the heap, as its pointers are compressed. */
    private static final long HEAP_END = 32L << 30;
    private static final int CHUNK = 16 << 20;

    private final Path process;

    NativeMemory(long pid) {
        process = Path.of("/proc", Long.toString(pid));
    }

    private record Range(long from, long end) {
        static Range of(String line) {
            String[] bounds = line.split("[- ]", 3);
            return new Range(Long.parseUnsignedLong(bounds[0], 16), Long.parseUnsignedLong(bounds[1], 16));
        }

        boolean holds(long address) {
            return from <= address && address < end;
        }
    }

    /** @return which of the words it holds, how encoded, and where */
    List<String> find(List<String> words) throws IOException {
        List<String> found = new ArrayList<>();
        List<Long> stacks = stackPointers();
        try (RandomAccessFile memory = new RandomAccessFile(process.resolve("mem").toFile(), "r")) {
            for (String line : Files.readAllLines(process.resolve("maps"))) {
                Range range = Range.of(line);
                if (line.contains(" rw") && range.from() >= HEAP_END && stacks.stream().noneMatch(range::holds)) {
                    search(memory, range, words, found);
                }
            }
        }
        return found;
    }

    /** Of all threads that wait for something: those of a server at rest. */
    private List<Long> stackPointers() throws IOException {
        List<Long> pointers = new ArrayList<>();
        try (Stream<Path> threads = Files.list(process.resolve("task"))) {
            for (Path thread : threads.toList()) {
                String[] fields = Files.readString(thread.resolve("syscall")).strip().split(" ");
                if (fields.length > 2) {
                    pointers.add(Long.decode(fields[fields.length - 2]));
                }
            }
        }
        return pointers;
    }

    private void search(RandomAccessFile memory, Range range, List<String> words, List<String> found) throws IOException {
        for (long at = range.from(); at < range.end(); at += CHUNK) {
            byte[] part = new byte[(int) Math.min(CHUNK + 256, range.end() - at)];
            try {
                memory.seek(at);
                memory.readFully(part);
            } catch (IOException e) {
                continue; // unmapped meanwhile, or to be read by nobody
            }
            found.addAll(Haystack.find(new ByteArrayInputStream(part), words, process + " at " + Long.toHexString(at)));
        }
    }
}
