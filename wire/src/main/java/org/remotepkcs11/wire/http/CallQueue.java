package org.remotepkcs11.wire.http;

import java.io.InterruptedIOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;

/**
 * Keeps thousands of callers on few connections. OkHttp opens a connection for each call that finds none with room:
 * a thousand threads that start at once would make a thousand TLS handshakes. Here the first call connects while the
 * others wait, and no more are under way than servers commonly let ride on one connection; each call that ends well
 * makes room for one more, up to {@link #MOST}.
 */
final class CallQueue {
    /** RFC 9113 section 6.5.2: servers should allow no fewer than 100. */
    private static final int FIRST = 100;
    private static final int MOST = 1000;

    private final ConnectionPool pool;
    private final Semaphore places = new Semaphore(FIRST, true);
    private final Semaphore connecting = new Semaphore(1, true);
    private int room = FIRST;

    CallQueue(ConnectionPool pool) {
        this.pool = pool;
    }

    /** @param end as {@link System#nanoTime} */
    Place enter(long end) throws InterruptedIOException {
        acquire(places, end);
        Place place = new Place();
        if (pool.connectionCount() == 0) {
            try {
                place.connectFirst(end);
            } catch (InterruptedIOException e) {
                place.close();
                throw e;
            }
        }
        return place;
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

    private synchronized void makeRoom() {
        if (room < MOST) {
            room++;
            places.release();
        }
    }

    /** Of one call; travels with it as a tag. */
    final class Place implements AutoCloseable {
        private final AtomicBoolean first = new AtomicBoolean();

        private void connectFirst(long end) throws InterruptedIOException {
            acquire(connecting, end);
            first.set(true);
            if (pool.connectionCount() > 0) {
                connected();
            }
        }

        private CallQueue queue() {
            return CallQueue.this;
        }

        private void connected() {
            if (first.compareAndSet(true, false)) {
                connecting.release();
            }
        }

        @Override
        public void close() {
            connected();
            places.release();
        }
    }

    /** Tells a call's place that its connection stands. */
    static final class Listener extends EventListener {
        @Override
        public void connectionAcquired(Call call, Connection connection) {
            Place place = call.request().tag(Place.class);
            if (place != null) {
                place.connected();
            }
        }

        @Override
        public void callEnd(Call call) {
            Place place = call.request().tag(Place.class);
            if (place != null) {
                place.queue().makeRoom();
            }
        }
    }
}
