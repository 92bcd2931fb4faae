package org.remotepkcs11.client;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The moment until which a caller waits, by the monotonic clock. */
final class Deadline {
    private final long at;

    private Deadline(long at) {
        this.at = at;
    }

    static Deadline in(Duration patience) {
        return new Deadline(System.nanoTime() + patience.toNanos());
    }

    /** Never negative. */
    Duration remaining() {
        return Duration.ofNanos(Math.max(0, at - System.nanoTime()));
    }

    boolean passed() {
        return at - System.nanoTime() <= 0;
    }

    Deadline later(Deadline other) {
        return at - other.at >= 0 ? this : other;
    }

    long remaining(TimeUnit unit) {
        return unit.convert(remaining());
    }
}
