package org.remotepkcs11.proxy.pipeline;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** One of the places for requests under way; given back once, however often it is closed. */
final class Permit implements AutoCloseable {
    private final Semaphore places;
    private final AtomicBoolean held = new AtomicBoolean(true);

    private Permit(Semaphore places) {
        this.places = places;
    }

    /** @return null if all places are taken */
    static Permit tryAcquire(Semaphore places) {
        return places.tryAcquire() ? new Permit(places) : null;
    }

    @Override
    public void close() {
        if (held.compareAndSet(true, false)) {
            places.release();
        }
    }
}
