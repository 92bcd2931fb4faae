package org.remotepkcs11.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One block of a file in {@code proto/vectors}: lines {@code key: value}; a line that begins with a blank continues the
 * one before; an empty line ends the block.
 */
record Vector(Map<String, String> values) {
    static final Path FOLDER = Path.of(System.getProperty("basedir", "."), "..", "proto", "vectors");
    private static final int LINE = 110;

    /** Starts a block. */
    static Vector of(String name, String about) {
        return new Vector(new LinkedHashMap<>()).with("name", name).with("about", about);
    }

    /** @throws AssertionError for a key that is not known, a block without name or a name used twice */
    static List<Vector> read(String file, Set<String> known) throws IOException {
        Map<String, Vector> vectors = new LinkedHashMap<>();
        for (String block : Files.readString(FOLDER.resolve(file)).replace("\n ", "").split("\n\n")) {
            Vector vector = new Vector(new LinkedHashMap<>());
            block.lines().filter(line -> !line.startsWith("#")).forEach(line -> vector.take(line, known));
            if (!vector.values.isEmpty() && vectors.put(vector.text("name"), vector) != null) {
                throw new AssertionError("two vectors are named " + vector.text("name"));
            }
        }
        return new ArrayList<>(vectors.values());
    }

    private void take(String line, Set<String> known) {
        int colon = line.indexOf(": ");
        String key = colon < 0 ? line : line.substring(0, colon);
        if (colon < 0 || !known.contains(key) || values.put(key, line.substring(colon + 2)) != null) {
            throw new AssertionError("not understood: " + line);
        }
    }

    /** An empty value is left out. */
    Vector with(String key, String value) {
        values.put(key, value);
        values.values().removeIf(String::isEmpty);
        return this;
    }

    Vector with(String key, byte[] value) {
        return with(key, HexFormat.of().formatHex(value));
    }

    Vector copy() {
        return new Vector(new LinkedHashMap<>(values));
    }

    Map<String, String> without(Set<String> keys) {
        Map<String, String> rest = new LinkedHashMap<>(values);
        rest.keySet().removeAll(keys);
        return rest;
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    String text(String key) {
        String value = values.get(key);
        if (value == null) {
            throw new AssertionError("no " + key + " in " + values);
        }
        return value;
    }

    /** What is left out is empty. */
    byte[] hex(String key) {
        return HexFormat.of().parseHex(values.getOrDefault(key, ""));
    }

    long number(String key) {
        return Long.parseLong(text(key));
    }

    /** The file's text. */
    static String format(String comment, List<Vector> vectors) {
        StringBuilder text = new StringBuilder("# " + comment.replace("\n", "\n# ") + "\n");
        for (Vector vector : vectors) {
            text.append('\n');
            vector.values.forEach((key, value) -> text.append(wrapped(key + ": " + value)).append('\n'));
        }
        return text.toString();
    }

    private static String wrapped(String line) {
        StringBuilder wrapped = new StringBuilder();
        for (int start = 0; start < line.length(); start += LINE) {
            wrapped.append(start == 0 ? "" : "\n ").append(line, start, Math.min(line.length(), start + LINE));
        }
        return wrapped.toString();
    }

    @Override
    public String toString() {
        return values.get("name");
    }
}
