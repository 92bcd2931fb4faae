package org.remotepkcs11.proxy.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Stands still until moved. */
final class MovableClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-03-01T12:00:00Z");

    void move(Duration by) {
        now = now.plus(by);
    }

    @Override
    public Instant instant() {
        return now;
    }
}
