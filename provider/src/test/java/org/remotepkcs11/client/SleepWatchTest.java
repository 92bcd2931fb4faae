package org.remotepkcs11.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class SleepWatchTest {
    private final AtomicLong wallMillis = new AtomicLong(1_000_000);
    private final AtomicLong monotonicNanos = new AtomicLong(77);
    private final SleepWatch watch = new SleepWatch(wallMillis::get, monotonicNanos::get);

    @Test
    void aLongWaitIsNoSleep() {
        pass(Duration.ofHours(2), Duration.ofHours(2));
        assertThat(watch.sleptSinceLastAsked()).isFalse();
    }

    @Test
    void aSleepIsNoticedOnce() {
        pass(Duration.ofMinutes(30), Duration.ofSeconds(1));
        assertThat(watch.sleptSinceLastAsked()).isTrue();
        assertThat(watch.sleptSinceLastAsked()).isFalse();
    }

    @Test
    void aClockThatIsSetBackIsNoSleep() {
        pass(Duration.ofMinutes(-30), Duration.ofSeconds(1));
        assertThat(watch.sleptSinceLastAsked()).isFalse();
    }

    private void pass(Duration byTheWall, Duration byTheMachine) {
        wallMillis.addAndGet(byTheWall.toMillis());
        monotonicNanos.addAndGet(byTheMachine.toNanos());
    }
}
