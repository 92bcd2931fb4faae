package org.remotepkcs11.testkit.piv;

import java.time.Duration;

/** How many private-key operations a card has done, and how much of the one under way. */
final class OperationMeter {
    private long done;
    private long begun;
    private long planned;

    /** @param duration that it is to take */
    synchronized void begin(Duration duration) {
        begun = System.nanoTime();
        planned = duration.toNanos();
    }

    /** @param made whether there is a result */
    synchronized void end(boolean made) {
        planned = 0;
        done += made ? 1 : 0;
    }

    synchronized long done() {
        return done;
    }

    /** The one under way counts for the part of its planned time that has passed. */
    synchronized double progress() {
        return done + (planned == 0 ? 0 : Math.min(1, (System.nanoTime() - begun) / (double) planned));
    }
}
