package org.remotepkcs11.wire.http;

import java.io.InterruptedIOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.ConnectionPool;

/**
 * Keeps thousands of callers on few connections. OkHttp opens a connection for each call that finds none with room, and
 * sends as many streams as it likes until the server has said its limit: a thousand threads that start at once would
 * make a thousand TLS handshakes, and a server may take so many streams for an attack. Here the first call connects
 * while the others wait; few follow until the first answer, with which the limit is known; then the room for calls
 * grows with every answer and shrinks where OkHttp finds none.
 */
final class CallQueue {
    /** Before the server's limit is known. */
    private static final int PROBE = 8;
    /** RFC 9113 section 6.5.2: servers should allow no fewer than 100 streams. */
    private static final int USUAL = 100;
    private static final int MOST = 1000;

    private final ConnectionPool pool;
    private final Places places = new Places();
    private final Semaphore connecting = new Semaphore(1, true);
    private int room = PROBE;
    private int riding;

    CallQueue(ConnectionPool pool) {
        this.pool = pool;
    }

    private static final class Places extends Semaphore {
        Places() {
            super(PROBE, true);
        }

        void change(int from, int to) {
            if (to > from) {
                release(to - from);
            } else {
                reducePermits(from - to);
            }
        }
    }

    /** @param end as {@link System#nanoTime} */
    Place enter(long end) throws InterruptedIOException {
        acquire(places, end);
        Place place = new Place();
        try {
            if (pool.connectionCount() == 0) {
                place.connectFirst(end);
            }
            return place;
        } catch (InterruptedIOException e) {
            place.close();
            throw e;
        }
    }

    private static void acquire(Semaphore semaphore, long end) throws InterruptedIOException {
        try {
            if (!semaphore.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw new InterruptedIOException("timeout");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private synchronized void resize(int size) {
        places.change(room, size);
        room = size;
    }

    private synchronized void answered() {
        resize(Math.min(MOST, Math.max(USUAL, room + 1)));
    }

    /** OkHttp opens a connection beside others, which are full. */
    private synchronized void full() {
        resize(Math.max(PROBE, Math.min(room, riding)));
    }

    private synchronized void ride(int more) {
        riding += more;
    }

    /** Of one call; travels with it as a tag and is told what becomes of it. */
    final class Place implements AutoCloseable {
        private final AtomicBoolean first = new AtomicBoolean();

        private void connectFirst(long end) throws InterruptedIOException {
            acquire(connecting, end);
            first.set(true);
            if (pool.connectionCount() == 0) {
                resize(PROBE);
            } else {
                letOthersGo();
            }
        }

        private void letOthersGo() {
            if (first.compareAndSet(true, false)) {
                connecting.release();
            }
        }

        void connectionStarts() {
            if (!first.get() && pool.connectionCount() > 0) {
                full();
            }
        }

        void connectionAcquired() {
            ride(1);
            letOthersGo();
        }

        void connectionReleased() {
            ride(-1);
        }

        void answered() {
            CallQueue.this.answered();
        }

        @Override
        public void close() {
            letOthersGo();
            places.release();
        }
    }
}
