package org.remotepkcs11.client;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Notices that the machine slept: the wall clock went on while the monotonic one stood. */
final class SleepWatch {
    private static final long LEAST_SLEEP_MS = 5_000;

    private final LongSupplier wallMillis;
    private final LongSupplier monotonicNanos;
    private final AtomicLong lead;

    SleepWatch() {
        this(System::currentTimeMillis, System::nanoTime);
    }

    SleepWatch(LongSupplier wallMillis, LongSupplier monotonicNanos) {
        this.wallMillis = wallMillis;
        this.monotonicNanos = monotonicNanos;
        this.lead = new AtomicLong(lead());
    }

    boolean sleptSinceLastAsked() {
        long now = lead();
        return now - lead.getAndSet(now) > LEAST_SLEEP_MS;
    }

    /** Milliseconds by which the wall clock is ahead of the monotonic one. */
    private long lead() {
        return wallMillis.getAsLong() - TimeUnit.NANOSECONDS.toMillis(monotonicNanos.getAsLong());
    }
}
