package org.remotepkcs11.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds words in files, however large, in each encoding in which a JVM may have them. */
final class Haystack {
    private static final List<Charset> ENCODINGS =
            List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE);
    private static final int CHUNK = 1 << 20;

    private Haystack() {
    }

    /** @return which of the words the file holds, and how encoded */
    static List<String> find(Path file, List<String> words) throws IOException {
        List<String> found = new ArrayList<>();
        for (String word : words) {
            for (Charset encoding : ENCODINGS) {
                if (holds(file, word.getBytes(encoding))) {
                    found.add(word + " as " + encoding + " in " + file);
                }
            }
        }
        return found;
    }

    private static boolean holds(Path file, byte[] needle) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] window = new byte[CHUNK + needle.length];
            int kept = 0;
            for (int read = in.read(window, 0, CHUNK); read > 0; read = in.read(window, kept, CHUNK)) {
                if (holds(window, kept + read, needle)) {
                    return true;
                }
                int from = Math.max(0, kept + read - needle.length + 1);
                System.arraycopy(window, from, window, 0, kept + read - from);
                kept = kept + read - from;
            }
            return false;
        }
    }

    private static boolean holds(byte[] window, int length, byte[] needle) {
        for (int at = 0; at + needle.length <= length; at++) {
            int same = 0;
            while (same < needle.length && window[at + same] == needle[same]) {
                same++;
            }
            if (same == needle.length) {
                return true;
            }
        }
        return false;
    }
}
