package org.remotepkcs11.proxy.access;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Keeps people who are not enrolled from filling the disk: so many entries a minute, the rest is only counted. */
final class Strangers {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final int entriesAMinute;
    private Instant minute = Instant.EPOCH;
    private int listed;
    private long unlisted;

    Strangers(int entriesAMinute) {
        this.entriesAMinute = entriesAMinute;
    }

    /** @return how many were only counted before this one; empty if this one too is only counted */
    synchronized Optional<Recorder.Stranger> list(Instant now) {
        if (now.isBefore(minute) || !now.isBefore(minute.plus(MINUTE))) {
            minute = now;
            listed = 0;
        }
        if (listed >= entriesAMinute) {
            unlisted++;
            return Optional.empty();
        }
        listed++;
        return Optional.of(new Recorder.Stranger(now, takeUnlisted()));
    }

    /** How many no entry tells of yet. */
    synchronized long takeUnlisted() {
        long count = unlisted;
        unlisted = 0;
        return count;
    }
}
