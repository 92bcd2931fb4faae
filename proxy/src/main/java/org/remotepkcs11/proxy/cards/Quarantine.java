package org.remotepkcs11.proxy.cards;

import java.time.Duration;
import java.util.Set;
import org.remotepkcs11.wire.ErrorCode;

/**
 * Keeps work that another card can do away from a card that failed: for a second, then, each time that it fails again,
 * for twice as long, up to a minute. The first operation after that is its probe.
 */
final class Quarantine {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final int MOST_DOUBLINGS = 6;
    private static final Set<ErrorCode> FAULTS = Set.of(ErrorCode.CARD_ABSENT, ErrorCode.CARD_FAILED,
            ErrorCode.CARD_PIN_REFUSED);

    private int failures;
    private long until = System.nanoTime();

    /** Whether another card with the same key may do better. */
    static boolean isFaultOfCard(ErrorCode code) {
        return FAULTS.contains(code);
    }

    synchronized void begin() {
        until = System.nanoTime() + (FIRST.toNanos() << Math.min(failures, MOST_DOUBLINGS));
        failures++;
    }

    synchronized void lift() {
        failures = 0;
        until = System.nanoTime();
    }

    synchronized boolean isOver() {
        return System.nanoTime() - until >= 0;
    }
}
