package org.remotepkcs11.proxy.cards;

import java.time.Duration;

/**
 * How cards are watched and used.
 *
 * @param rescan   between two looks at a reader
 * @param patience for a reader that does not answer, and for what is under way at the end
 * @param queue    operations that may wait for one card
 */
public record Pace(Duration rescan, Duration patience, int queue) {
    public static final Pace DEFAULT = new Pace(Duration.ofSeconds(1), Duration.ofSeconds(10), 1024);

    public Pace {
        if (rescan.isNegative() || rescan.isZero() || patience.isNegative() || queue < 1) {
            throw new IllegalArgumentException("rescan and queue must be above zero");
        }
    }
}
