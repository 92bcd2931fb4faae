package org.remotepkcs11.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds words in files, however large, in each encoding in which a JVM may have them. */
final class Haystack {
    private static final List<Charset> ENCODINGS =
            List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE);
    private static final int CHUNK = 1 << 20;

    private Haystack() {
    }

    /** @return which of the words the file holds, and how encoded */
    static List<String> find(Path file, List<String> words) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return find(in, words, file.toString());
        }
    }

    /** @param where as it is to be named in the answer. @return which of the words are there, and how encoded */
    static List<String> find(InputStream in, List<String> words, String where) throws IOException {
        Map<String, byte[]> needles = new LinkedHashMap<>();
        for (String word : words) {
            ENCODINGS.forEach(encoding -> needles.put(word + " as " + encoding, word.getBytes(encoding)));
        }
        int overlap = needles.values().stream().mapToInt(needle -> needle.length).max().orElse(1) - 1;
        List<String> found = new ArrayList<>();
        byte[] window = new byte[CHUNK + overlap];
        int kept = 0;
        for (int read = in.read(window, 0, CHUNK); read > 0; read = in.read(window, kept, CHUNK)) {
            int length = kept + read;
            needles.entrySet().removeIf(needle -> {
                boolean there = holds(window, length, needle.getValue());
                return there && found.add(needle.getKey() + " in " + where);
            });
            kept = Math.min(overlap, length);
            System.arraycopy(window, length - kept, window, 0, kept);
        }
        return found;
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
