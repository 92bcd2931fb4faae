package org.remotepkcs11.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Refusal;

/**
 * The last refusal that a tool of this user met, kept for {@code rpkcs11 last-error} because most tools show only a
 * number. It holds no secret.
 *
 * @param when    to the second
 * @param attempt what was tried, in a few words
 * @param refusal why it was not done
 */
public record LastRefusal(Instant when, String attempt, Refusal refusal) {
    private static final String FILE = "last-error";
    private static final Duration QUIET = Duration.ofSeconds(1);
    private static final AtomicReference<LastRefusal> WRITTEN = new AtomicReference<>();

    /** The one kept in this user's state folder. */
    public static Optional<LastRefusal> read() {
        return StateFolder.ofUser().read(FILE).flatMap(LastRefusal::parse);
    }

    /** Keeps it; a flood of equal ones is written once a second. */
    public static void keep(String attempt, Refusal refusal) {
        LastRefusal now = new LastRefusal(Instant.now(), attempt, refusal);
        LastRefusal before = WRITTEN.get();
        boolean flood = before != null && before.refusal().code() == refusal.code()
                && before.attempt().equals(attempt) && now.when().isBefore(before.when().plus(QUIET));
        if (!flood && WRITTEN.compareAndSet(before, now)) {
            StateFolder.ofUser().write(FILE, now.format().getBytes(StandardCharsets.UTF_8));
        }
    }

    private String format() {
        return String.join("\n", when.truncatedTo(ChronoUnit.SECONDS).toString(), oneLine(attempt),
                refusal.code().name(), oneLine(refusal.detail()), Integer.toString(refusal.triesLeft()), "");
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\R", " ");
    }

    static Optional<LastRefusal> parse(byte[] content) {
        List<String> lines = new String(content, StandardCharsets.UTF_8).lines().toList();
        if (lines.size() < 5) {
            return Optional.empty();
        }
        try {
            Refusal refusal = new Refusal(ErrorCode.valueOf(lines.get(2)), lines.get(3),
                    Integer.parseInt(lines.get(4)), Duration.ZERO);
            return Optional.of(new LastRefusal(Instant.parse(lines.get(0)), lines.get(1), refusal));
        } catch (DateTimeParseException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
