package org.remotepkcs11.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/**
 * A strict file of {@code key=value} lines in UTF-8: {@code #} begins a comment line, a key stands once, a key nobody
 * reads is an error, values are taken as they stand (a backslash is a backslash). At most 64 KiB.
 */
public final class ConfigurationFile {
    private static final int MAX_BYTES = 64 * 1024;

    /** A value and where it stands. */
    record Entry(String value, int line) {
    }

    private final String name;
    private final Map<String, Entry> entries;

    private ConfigurationFile(String name, Map<String, Entry> entries) {
        this.name = name;
        this.entries = entries;
    }

    /** @throws RefusedException CONFIGURATION_INVALID with file and line */
    public static ConfigurationFile read(Path file, Set<String> keys) throws RefusedException {
        try (InputStream stream = Files.newInputStream(file)) {
            return read(stream, file.toString(), keys);
        } catch (IOException e) {
            throw invalid(file + ": cannot be read: " + e.getClass().getSimpleName());
        }
    }

    /**
     * @param name as errors call it
     * @param keys all that may stand in it
     * @throws RefusedException CONFIGURATION_INVALID with name and line
     */
    public static ConfigurationFile read(InputStream stream, String name, Set<String> keys)
            throws RefusedException, IOException {
        byte[] bytes = stream.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw invalid(name + ": longer than " + MAX_BYTES + " bytes; is this the right file?");
        }
        return new ConfigurationFile(name, parse(text(bytes, name), name, keys));
    }

    private static String text(byte[] bytes, String name) throws RefusedException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw invalid(name + ": not UTF-8 text; is this the right file?");
        }
    }

    private static Map<String, Entry> parse(String text, String name, Set<String> keys) throws RefusedException {
        Map<String, Entry> entries = new LinkedHashMap<>();
        List<String> lines = text.lines().toList();
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String where = name + ":" + number + ": ";
            int equals = line.indexOf('=');
            if (equals < 1) {
                throw invalid(where + "expected key=value");
            }
            String key = line.substring(0, equals).strip();
            if (!keys.contains(key)) {
                throw invalid(where + "unknown key \"" + key + "\"; known are " + String.join(", ", keys));
            }
            if (entries.put(key, new Entry(line.substring(equals + 1).strip(), number)) != null) {
                throw invalid(where + "\"" + key + "\" stands twice");
            }
        }
        return entries;
    }

    /** The value, empty if the key is absent. */
    public Optional<String> value(String key) {
        return Optional.ofNullable(entries.get(key)).map(Entry::value);
    }

    /** @throws RefusedException CONFIGURATION_INVALID if the key is absent or its value empty */
    public String required(String key) throws RefusedException {
        String value = value(key).orElseThrow(() -> invalid(name + ": \"" + key + "\" is missing"));
        if (value.isEmpty()) {
            throw wrong(key, "is empty");
        }
        return value;
    }

    /** An error about one value, with its line. @param problem follows the key */
    public RefusedException wrong(String key, String problem) {
        Entry entry = entries.get(key);
        String where = entry == null ? name + ": " : name + ":" + entry.line() + ": ";
        return invalid(where + key + " " + problem);
    }

    static RefusedException invalid(String detail) {
        return new RefusedException(ErrorCode.CONFIGURATION_INVALID, detail);
    }
}
