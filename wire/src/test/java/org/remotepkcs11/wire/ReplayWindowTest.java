package org.remotepkcs11.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayWindowTest {
    /** What the window is to do, with no bound to its memory. */
    private static final class Model {
        private final Set<Long> seen = new HashSet<>();
        private long highest;

        boolean accept(long sequence) {
            if (sequence < 1 || sequence <= highest - ReplayWindow.WIDTH || !seen.add(sequence)) {
                return false;
            }
            highest = Math.max(highest, sequence);
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64, 100, 4096, 5000, 100_000})
    void windowAcceptsWhatAnUnboundedMemoryWould(int spread) {
        Random random = new Random(spread);
        ReplayWindow window = new ReplayWindow();
        Model model = new Model();
        long base = 1;
        for (int i = 0; i < 200_000; i++) {
            base += random.nextInt(3);
            long sequence = base + random.nextInt(spread) - spread / 2;
            assertThat(window.accept(sequence)).as("%d", sequence).isEqualTo(model.accept(sequence));
        }
    }

    @Test
    void manyThreadsGetEachNumberOnce() throws Exception {
        ReplayWindow window = new ReplayWindow();
        AtomicInteger accepted = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        for (int thread = 0; thread < 8; thread++) {
            threads.execute(() -> {
                for (long sequence = 1; sequence <= ReplayWindow.WIDTH; sequence++) {
                    accepted.addAndGet(window.accept(sequence) ? 1 : 0);
                }
            });
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(accepted).hasValue(ReplayWindow.WIDTH);
    }
}
