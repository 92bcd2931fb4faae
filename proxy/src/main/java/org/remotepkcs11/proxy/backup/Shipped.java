package org.remotepkcs11.proxy.backup;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;

/**
 * What a target has.
 *
 * @param rules   when the last copy of the rules arrived
 * @param entries of the log that arrived
 * @param failure since when and why nothing arrives
 * @param to      names the place and those who can open what is there
 */
public record Shipped(Optional<Instant> rules, long entries, Optional<Failure> failure, String to) {
    static final Shipped NOTHING = new Shipped(Optional.empty(), 0, Optional.empty(), "");

    /** @param since of the first one in a row @param tries in a row */
    public record Failure(Instant since, int tries, String reason) {
    }

    Shipped withRules(Instant time) {
        return new Shipped(Optional.of(time), entries, Optional.empty(), to);
    }

    Shipped withEntries(long end) {
        return new Shipped(rules, end, Optional.empty(), to);
    }

    /** Nothing is there yet. */
    Shipped anew(String place) {
        return new Shipped(Optional.empty(), 0, failure, place);
    }

    Shipped failed(Instant now, String reason) {
        Failure next = failure.map(before -> new Failure(before.since, before.tries + 1, reason))
                .orElse(new Failure(now, 1, reason));
        return new Shipped(rules, entries, Optional.of(next), to);
    }

    /** A file that is missing says that nothing arrived: all is shipped again. */
    static Shipped read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return NOTHING;
        }
        Properties stored = new Properties();
        stored.load(new StringReader(Files.readString(file)));
        try {
            Optional<Instant> rules = Optional.ofNullable(stored.getProperty("rules")).map(Instant::parse);
            Optional<Failure> failure = Optional.ofNullable(stored.getProperty("failing.since")).map(since ->
                    new Failure(Instant.parse(since), Integer.parseInt(stored.getProperty("failing.tries", "1")),
                            stored.getProperty("failing.reason", "")));
            return new Shipped(rules, Long.parseLong(stored.getProperty("entries", "0")), failure,
                    stored.getProperty("to", ""));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IOException(file + " is damaged; remove it, and all is backed up again", e);
        }
    }

    void write(Path file) throws IOException {
        Properties stored = new Properties();
        rules.ifPresent(time -> stored.setProperty("rules", time.toString()));
        stored.setProperty("entries", Long.toString(entries));
        stored.setProperty("to", to);
        failure.ifPresent(failing -> {
            stored.setProperty("failing.since", failing.since.toString());
            stored.setProperty("failing.tries", Integer.toString(failing.tries));
            stored.setProperty("failing.reason", failing.reason);
        });
        StringWriter text = new StringWriter();
        stored.store(text, null);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, text.toString());
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
