package org.remotepkcs11.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/** The session in use. Whoever finds none opens one; those who come meanwhile wait for that one. */
final class Sessions {
    /** Opens a session. */
    interface Opener {
        Session open(Deadline deadline) throws RefusedException;
    }

    private final Opener opener;
    private final AtomicReference<CompletableFuture<Session>> current = new AtomicReference<>();

    Sessions(Opener opener) {
        this.opener = opener;
    }

    Session current(Deadline deadline) throws RefusedException {
        CompletableFuture<Session> mine = new CompletableFuture<>();
        while (true) {
            CompletableFuture<Session> found = current.get();
            if (found != null && !expired(found)) {
                return await(found, deadline);
            }
            if (current.compareAndSet(found, mine)) {
                return open(mine, deadline);
            }
        }
    }

    /** The proxy does not know it any more, or a newer one is wanted. */
    void forget(Session session) {
        CompletableFuture<Session> found = current.get();
        if (found != null && found.isDone() && found.getNow(null) == session) {
            current.compareAndSet(found, null);
        }
    }

    private Session open(CompletableFuture<Session> mine, Deadline deadline) throws RefusedException {
        try {
            Session session = opener.open(deadline);
            mine.complete(session);
            return session;
        } catch (RefusedException | RuntimeException e) {
            current.compareAndSet(mine, null);
            mine.completeExceptionally(e);
            throw e;
        }
    }

    /** A failed one is removed by whoever failed to open it. */
    private static boolean expired(CompletableFuture<Session> found) {
        return found.isDone() && !found.isCompletedExceptionally() && found.join().expired();
    }

    private static Session await(CompletableFuture<Session> found, Deadline deadline) throws RefusedException {
        try {
            return found.get(deadline.remaining(TimeUnit.NANOSECONDS), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new RefusedException(ErrorCode.DEADLINE_PASSED, "no session opened in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(ErrorCode.DEADLINE_PASSED, "interrupted while a session opened");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RefusedException refused) {
                throw new RefusedException(refused.refusal(), refused);
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
