package org.remotepkcs11.client;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * When what is to outlast the run is written down: at once, but at most five times a second, and when the JVM ends
 * (tools call {@code System.exit} and close nothing).
 */
final class Keepsakes implements AutoCloseable {
    private static final long APART = Duration.ofMillis(200).toNanos();

    private final LogMemory log;
    private final Receipts receipts;
    private final AtomicLong last = new AtomicLong(System.nanoTime() - APART);
    private final Thread atExit = new Thread(this::flush, "rpkcs11-keepsakes");

    Keepsakes(LogMemory log, Receipts receipts) {
        this.log = log;
        this.receipts = receipts;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    void changed() {
        long before = last.get();
        long now = System.nanoTime();
        if (now - before >= APART && last.compareAndSet(before, now)) {
            flush();
        }
    }

    private void flush() {
        log.flush();
        receipts.flush();
    }

    @Override
    public void close() {
        flush();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM is ending: the hook runs, and finds nothing left to write.
            return;
        }
    }
}
