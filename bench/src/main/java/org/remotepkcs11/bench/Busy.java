package org.remotepkcs11.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;

/** Signatures per second that cards make while programs keep asking: beginning and end are not measured. */
final class Busy {
    private final DoubleSupplier made;
    private final Duration warmUp;
    private final Duration time;

    /** @param made by the cards so far, with parts of those under way */
    Busy(DoubleSupplier made, Duration warmUp, Duration time) {
        this.made = made;
        this.warmUp = warmUp;
        this.time = time;
    }

    double perSecond(Workload workload, int threads) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        AtomicBoolean over = new AtomicBoolean();
        List<Future<?>> programs = new ArrayList<>();
        try {
            for (int i = 0; i < threads; i++) {
                programs.add(pool.submit(() -> {
                    while (!over.get()) {
                        workload.sign();
                    }
                    return null;
                }));
            }
            TimeUnit.NANOSECONDS.sleep(warmUp.toNanos());
            return measure();
        } finally {
            over.set(true);
            pool.shutdown();
            for (Future<?> program : programs) {
                program.get();
            }
        }
    }

    private double measure() throws InterruptedException {
        double before = made.getAsDouble();
        long begin = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
        return (made.getAsDouble() - before) / ((System.nanoTime() - begin) / 1e9);
    }
}
