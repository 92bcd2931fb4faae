package org.remotepkcs11.proxy.cards;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One place in a card's queue: is skipped if its caller no longer waits when its turn comes. */
final class Turn<T> implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Turn.class);

    /** What a lane does for one caller. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws RefusedException;
    }

    private final Id user;
    private final BooleanSupplier claim;
    private final Work<T> work;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    /** @param claim asked when the turn comes: false if another card does the work */
    Turn(Id user, BooleanSupplier claim, Work<T> work) {
        this.user = user;
        this.claim = claim;
        this.work = work;
    }

    /** Who waits. */
    Id user() {
        return user;
    }

    CompletableFuture<T> result() {
        return result;
    }

    void refuse(ErrorCode code, String detail) {
        result.completeExceptionally(new RefusedException(code, detail));
    }

    /** @param where where it stands, told to who waits in vain */
    void expireAfter(Duration left, Supplier<String> where) {
        CompletableFuture<Void> alarm = new CompletableFuture<Void>().orTimeout(left.toMillis() + 1, TimeUnit.MILLISECONDS);
        alarm.whenComplete((nothing, failure) -> {
            if (failure instanceof TimeoutException) {
                refuse(ErrorCode.DEADLINE_PASSED, where.get());
            }
        });
        result.whenComplete((value, failure) -> alarm.cancel(false));
    }

    @Override
    public void run() {
        if (result.isDone()) {
            return;
        }
        if (!claim.getAsBoolean()) {
            result.cancel(false);
            return;
        }
        try {
            result.complete(work.run());
        } catch (RefusedException e) {
            result.completeExceptionally(e);
        } catch (RuntimeException e) {
            // A fault of a card's driver must not end its lane, nor leave the caller waiting.
            LOG.error("a card operation failed unexpectedly", e);
            result.completeExceptionally(new RefusedException(ErrorCode.CARD_FAILED, "the card's driver failed"));
        }
    }
}
