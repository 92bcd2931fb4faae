package org.remotepkcs11.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All that a core dump of a running process would hold: stacks, heaps, code, and what C libraries keep. */
final class ProcessMemory {
    private static final int CHUNK = 16 << 20;

    private final Path folder;

    ProcessMemory(long pid) {
        folder = Path.of("/proc", Long.toString(pid));
    }

    /** @return which of the words the memory holds, how encoded, and where */
    List<String> find(List<String> words) throws IOException {
        List<String> found = new ArrayList<>();
        try (RandomAccessFile memory = new RandomAccessFile(folder.resolve("mem").toFile(), "r")) {
            for (String line : Files.readAllLines(folder.resolve("maps"))) {
                String[] fields = line.split("[- ]", 4);
                if (fields[2].startsWith("rw")) {
                    search(memory, Long.parseUnsignedLong(fields[0], 16), Long.parseUnsignedLong(fields[1], 16), words, found);
                }
            }
        }
        return found;
    }

    private void search(RandomAccessFile memory, long from, long end, List<String> words, List<String> found)
            throws IOException {
        for (long at = from; at < end; at += CHUNK) {
            byte[] part = new byte[(int) Math.min(CHUNK + 256, end - at)];
            try {
                memory.seek(at);
                memory.readFully(part);
            } catch (IOException e) {
                continue; // unmapped meanwhile, or not readable by anybody
            }
            found.addAll(Haystack.find(new ByteArrayInputStream(part), words,
                    folder + " at " + Long.toHexString(from) + "-" + Long.toHexString(end)));
        }
    }
}
