package org.remotepkcs11.proxy.store;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A piece of work on its way through the ledger. */
final class Item<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Item.class);

    private final Work<T> work;
    private final Executor completions;
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private Work.Settlement<T> settlement;
    private T result;
    private RefusedException refused;

    Item(Work<T> work, Executor completions) {
        this.work = work;
        this.completions = completions;
    }

    CompletableFuture<T> future() {
        return future;
    }

    /** A defect in one piece of work must end neither the others nor the thread. @return whether what was written stands */
    boolean run(Batch batch) {
        try {
            settlement = work.run(batch);
            return true;
        } catch (RefusedException e) {
            refused = e;
        } catch (RuntimeException | StackOverflowError defect) {
            refused = failed(defect);
        }
        return false;
    }

    void settle(Batch batch) {
        if (refused == null) {
            try {
                result = settlement.settle(batch);
            } catch (RuntimeException | StackOverflowError defect) {
                refused = failed(defect);
            }
        }
    }

    void complete() {
        if (refused == null) {
            execute(() -> future.complete(result));
        } else {
            fail(refused);
        }
    }

    void fail(RefusedException why) {
        execute(() -> future.completeExceptionally(why));
    }

    /** Whoever waits gets an answer, also from a proxy that is ending. */
    private void execute(Runnable completion) {
        try {
            completions.execute(completion);
        } catch (RejectedExecutionException ended) {
            completion.run();
        }
    }

    private static RefusedException failed(Throwable cause) {
        LOG.error("a piece of work failed and was undone", cause);
        return new RefusedException(ErrorCode.PROXY_FAILED, "the proxy could not record the request");
    }
}
