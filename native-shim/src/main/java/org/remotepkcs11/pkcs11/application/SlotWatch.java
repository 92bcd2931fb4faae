package org.remotepkcs11.pkcs11.application;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.remotepkcs11.wire.RefusedException;

/**
 * Waits for news at the proxy while somebody wants them, on a thread of its own. It ends when nobody has wanted news
 * for a while, so that short programs cost no request.
 */
final class SlotWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SlotWatch.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(25);
    private static final Duration INTEREST = Duration.ofMinutes(2);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final CardSource source;
    private final Runnable look;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private Thread thread;
    private boolean closed;
    private long wantedAt;

    /** @param look adopts what is new */
    SlotWatch(CardSource source, Runnable look) {
        this.source = source;
        this.look = look;
    }

    /** Somebody wants to know of changes for the next minutes. */
    void want() {
        lock.lock();
        try {
            wantedAt = System.nanoTime();
            if (thread == null && !closed) {
                thread = new Thread(this::run, "rpkcs11-slot-watch");
                thread.setDaemon(true);
                thread.start();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        while (isWanted()) {
            long asked = System.nanoTime();
            try {
                if (source.watch(PATIENCE)) {
                    look.run();
                } else if (System.nanoTime() - asked < FIRST_PAUSE.toNanos()) {
                    rest(FIRST_PAUSE);
                }
                pause = FIRST_PAUSE;
            } catch (RefusedException e) {
                LOG.log(System.Logger.Level.DEBUG, "watching in vain: {0}", e.getMessage());
                rest(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            }
        }
    }

    /** Once false, the thread has ended. */
    private boolean isWanted() {
        lock.lock();
        try {
            boolean wanted = !closed && System.nanoTime() - wantedAt < INTEREST.toNanos();
            if (!wanted) {
                thread = null;
            }
            return wanted;
        } finally {
            lock.unlock();
        }
    }

    private void rest(Duration pause) {
        lock.lock();
        try {
            long nanos = pause.toNanos();
            while (!closed && nanos > 0) {
                nanos = closing.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
