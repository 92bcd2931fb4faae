package org.remotepkcs11.proxy.cards;

import java.time.Duration;
import java.util.Set;
import java.util.function.LongSupplier;
import org.remotepkcs11.wire.ErrorCode;

/**
 * Keeps work that another card can do away from a card that failed: for a second, then, each time that it fails again,
 * for twice as long, up to a minute. The first operation after that is its probe. Only work that it did lifts it: a card
 * that is pulled and put in again and again by a loose contact gets no more work than one that fails in its place.
 */
final class Quarantine {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final int MOST_DOUBLINGS = 6;
    private static final Set<ErrorCode> FAULTS = Set.of(ErrorCode.CARD_ABSENT, ErrorCode.CARD_FAILED,
            ErrorCode.CARD_PIN_REFUSED, ErrorCode.KEY_UNKNOWN, ErrorCode.STATE_UNTRUSTED);

    private final LongSupplier nanos;
    private int failures;
    private long until;

    /** @param nanos a clock that is never set, as {@link System#nanoTime} */
    Quarantine(LongSupplier nanos) {
        this.nanos = nanos;
        this.until = nanos.getAsLong();
    }

    /** Whether another card with the same key may do better. */
    static boolean isFaultOfCard(ErrorCode code) {
        return FAULTS.contains(code);
    }

    /** What fails while it goes on, as work that was under way, fails for the same reason. */
    synchronized void begin() {
        if (!isOver()) {
            return;
        }
        until = nanos.getAsLong() + (FIRST.toNanos() << Math.min(failures, MOST_DOUBLINGS));
        failures++;
    }

    synchronized void lift() {
        failures = 0;
        until = nanos.getAsLong();
    }

    synchronized boolean isOver() {
        return nanos.getAsLong() - until >= 0;
    }
}
