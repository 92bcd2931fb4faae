package org.remotepkcs11.proxy.cards;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/** Lets so many at once to a card as it has lanes, or one alone, and nobody waits beyond a deadline. */
public final class Turnstile {
    private final int lanes;
    private final Semaphore passes;

    public Turnstile(int lanes) {
        this.lanes = lanes;
        this.passes = new Semaphore(lanes, true);
    }

    /** Held by who is at the card. */
    public interface Pass extends AutoCloseable {
        @Override
        void close();
    }

    /** @throws RefusedException DEADLINE_PASSED */
    public Pass beside(Instant deadline) throws RefusedException {
        return pass(1, deadline);
    }

    /** @throws RefusedException DEADLINE_PASSED */
    public Pass alone(Instant deadline) throws RefusedException {
        return pass(lanes, deadline);
    }

    /** Only if nobody is there. */
    public Optional<Pass> aloneNow() {
        return passes.tryAcquire(lanes) ? Optional.of(() -> passes.release(lanes)) : Optional.empty();
    }

    /** Only if there is room at once. */
    public Optional<Pass> besideNow() {
        return passes.tryAcquire() ? Optional.of(passes::release) : Optional.empty();
    }

    private Pass pass(int count, Instant deadline) throws RefusedException {
        try {
            if (passes.tryAcquire(count, Duration.between(Instant.now(), deadline).toNanos(), TimeUnit.NANOSECONDS)) {
                return () -> passes.release(count);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new RefusedException(ErrorCode.DEADLINE_PASSED, "others held the card until the deadline");
    }
}
