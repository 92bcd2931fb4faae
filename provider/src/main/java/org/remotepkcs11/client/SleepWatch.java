package org.remotepkcs11.client;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Notices that the machine slept: the wall clock went on while the monotonic one stood. */
final class SleepWatch {
    private static final long LEAST_SLEEP_MS = 5_000;

    private final AtomicLong lead = new AtomicLong(lead());

    boolean sleptSinceLastAsked() {
        long now = lead();
        return now - lead.getAndSet(now) > LEAST_SLEEP_MS;
    }

    /** Milliseconds by which the wall clock is ahead of the monotonic one. */
    private static long lead() {
        return System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
