package org.remotepkcs11.proxy.backup;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.remotepkcs11.wire.Id;

/**
 * What one backup message holds.
 *
 * @param log     C2SP verifier key of the proxy's log
 * @param content gzip of a SQLite file (rules), gzip of a part of the log in the format of an exported one (log), or a
 *                ZIP archive of key files (keys). Not copied: do not change it
 */
public record Parcel(Kind kind, Id proxy, String log, Instant made, Range range, byte[] content) {
    private static final String TITLE = "remote-pkcs11 backup v1";

    /** What is in it. RULES and LOG together are the store; KEYS must lie elsewhere. */
    public enum Kind {
        RULES("rules.db.gz"), LOG("log.txt.gz"), KEYS("keys.zip");

        private final String file;

        Kind(String file) {
            this.file = file;
        }

        String file() {
            return file;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Entries of the log. @param from the first; 0 for rules @param to one behind the last */
    public record Range(long from, long to) {
    }

    /** Names the parcel: sorts by kind and by place in the log. */
    public String name() {
        return switch (kind) {
            case RULES -> String.format("rules-%012d-%s", range.to, stamp());
            case LOG -> String.format("log-%012d-%012d", range.from, range.to);
            case KEYS -> "keys-" + stamp();
        };
    }

    private String stamp() {
        return made.toString().replaceAll("[^0-9TZ]", "").replaceFirst("(T\\d{6})\\d*", "$1");
    }

    /** In words, which are read again by {@link #of}. */
    String label() {
        return TITLE + "\nkind: " + kind.word() + "\nproxy: " + proxy + "\nlog: " + log + "\nmade: " + made + "\nfrom: "
                + range.from + "\nto: " + range.to + "\n";
    }

    /** @throws IOException if the label is none of this version */
    static Parcel of(String label, byte[] content) throws IOException {
        Map<String, String> fields = new HashMap<>();
        String[] lines = label.replace("\r", "").split("\n", 16);
        for (String line : lines) {
            String[] field = line.split(": ", 2);
            if (field.length == 2) {
                fields.put(field[0], field[1]);
            }
        }
        try {
            if (!lines[0].equals(TITLE)) {
                throw new IllegalArgumentException("another title");
            }
            Range range = new Range(Long.parseLong(fields.get("from")), Long.parseLong(fields.get("to")));
            return new Parcel(Kind.valueOf(fields.getOrDefault("kind", "").toUpperCase(Locale.ROOT)),
                    Id.ofHex(fields.getOrDefault("proxy", "")), fields.getOrDefault("log", ""),
                    Instant.parse(fields.getOrDefault("made", "")), range, content);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IOException("the message's label is not one of a backup", e);
        }
    }

    @Override
    public String toString() {
        return name();
    }
}
