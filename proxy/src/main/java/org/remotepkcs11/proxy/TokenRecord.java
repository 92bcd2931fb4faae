package org.remotepkcs11.proxy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;

/** A file in the proxy's directory that tells which keys on a token hold one secret; no file where none does. */
record TokenRecord(PrivateDirectory directory, String name) {
    private static final Pattern LINE = Pattern.compile("(own|shared) ([0-9a-f]{32})");

    /**
     * One key.
     *
     * @param id  its CKA_ID, drawn at random
     * @param own made for this directory's proxy; another, which a backup named, may be in use elsewhere
     */
    record Key(Id id, boolean own) {
        static Key own(Id id) {
            return new Key(id, true);
        }

        Key ofAnother() {
            return new Key(id, false);
        }

        private String line() {
            return (own ? "own " : "shared ") + id + "\n";
        }
    }

    List<Key> read() throws RefusedException {
        List<Key> keys = new ArrayList<>();
        if (directory.has(name)) {
            for (String line : new String(directory.read(name), StandardCharsets.US_ASCII).split("\n")) {
                Matcher parts = LINE.matcher(line);
                if (!parts.matches()) {
                    throw PrivateDirectory.refused(directory.path().resolve(name)
                            + " is damaged; restore it from a backup", null);
                }
                keys.add(new Key(Id.ofHex(parts.group(2)), parts.group(1).equals("own")));
            }
        }
        return keys;
    }

    void write(List<Key> keys) throws RefusedException {
        if (keys.isEmpty()) {
            directory.delete(name);
        } else {
            directory.write(name, file(keys).getValue());
        }
    }

    /** As it is, or would be, in the directory. */
    Map.Entry<String, byte[]> file(List<Key> keys) {
        return Map.entry(name, keys.stream().map(Key::line).collect(Collectors.joining())
                .getBytes(StandardCharsets.US_ASCII));
    }
}
