package org.remotepkcs11.proxy.cards;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class QuarantineTest {
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE);
    private final Quarantine quarantine = new Quarantine(clock::get);

    private void assertLasts(Duration time) {
        clock.addAndGet(time.toNanos() - 1);
        assertThat(quarantine.isOver()).isFalse();
        clock.incrementAndGet();
        assertThat(quarantine.isOver()).isTrue();
    }

    @Test
    void lastsTwiceAsLongAfterEachFurtherFailureUpToAboutAMinute() {
        assertThat(quarantine.isOver()).isTrue();
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 64, 64}) {
            quarantine.begin();
            assertLasts(Duration.ofSeconds(seconds));
        }
    }

    @Test
    void whatFailsTogetherCountsOnce() {
        for (int i = 0; i < 10; i++) {
            quarantine.begin();
        }
        assertLasts(Duration.ofSeconds(1));
    }

    @Test
    void beginsAnewWithASecondAfterTheCardWorked() {
        quarantine.begin();
        assertLasts(Duration.ofSeconds(1));
        quarantine.begin();
        quarantine.lift();
        assertThat(quarantine.isOver()).isTrue();
        quarantine.begin();
        assertLasts(Duration.ofSeconds(1));
    }
}
