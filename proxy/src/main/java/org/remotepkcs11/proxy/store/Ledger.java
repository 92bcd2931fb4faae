package org.remotepkcs11.proxy.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group commit: whatever work waits runs one after the other in one transaction, each behind a savepoint of its own,
 * and all of it is made durable by one flush to disk. Being one after the other, counters are exact.
 */
public final class Ledger implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final int LARGEST_BATCH = 512;

    private final Database database;
    private final Journal journal;
    private final BlockingQueue<Item<?>> waiting;
    private final Executor completions;
    private final Thread writer;
    private final Item<Void> end;
    private final AtomicLong batches = new AtomicLong();
    private volatile boolean closed;
    private volatile boolean ended;
    private Handle handle;
    private long foreignVersion;

    private Ledger(Database database, Journal journal, int capacity, Executor completions) {
        this.database = database;
        this.journal = journal;
        this.waiting = new ArrayBlockingQueue<>(capacity);
        this.completions = completions;
        this.end = new Item<>(batch -> settled -> null, completions);
        this.writer = new Thread(this::write, "ledger");
        writer.setDaemon(true);
    }

    /**
     * @param capacity    pieces of work that may wait
     * @param completions runs what is chained to the futures, so that the writing thread goes on
     */
    public static Ledger start(Database database, Journal journal, int capacity, Executor completions) {
        Ledger ledger = new Ledger(database, journal, capacity, completions);
        ledger.writer.start();
        return ledger;
    }

    /**
     * The future is done once everything the work wrote is durable. It fails with {@link RefusedException}:
     * {@link ErrorCode#PROXY_BUSY} if too much waits, {@link ErrorCode#PROXY_FAILED} if nothing could be written, or
     * what the work threw.
     */
    public <T> CompletableFuture<T> submit(Work<T> work) {
        Item<T> item = new Item<>(work, completions);
        if (closed) {
            item.fail(closing());
        } else if (!waiting.offer(item)) {
            item.fail(new RefusedException(ErrorCode.PROXY_BUSY, "too many requests wait to be recorded"));
        } else if (ended && waiting.remove(item)) {
            item.fail(closing());
        }
        return item.future();
    }

    /** As {@link #submit}, but waits for it. */
    public <T> T write(Work<T> work) throws RefusedException {
        try {
            return submit(work).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RefusedException refused) {
                throw refused;
            }
            throw e;
        }
    }

    private static RefusedException closing() {
        return new RefusedException(ErrorCode.PROXY_BUSY, "the proxy is shutting down");
    }

    /** Transactions so far. */
    public long batches() {
        return batches.get();
    }

    private void write() {
        List<Item<?>> items = new ArrayList<>();
        while (!ended) {
            items.clear();
            try {
                items.add(waiting.take());
            } catch (InterruptedException e) {
                LOG.warn("the ledger's thread was interrupted; it ends by close only");
                continue;
            }
            waiting.drainTo(items, LARGEST_BATCH - 1);
            ended = items.remove(end);
            if (!items.isEmpty()) {
                writeTogether(items);
            }
        }
        closeHandle();
        items.clear();
        waiting.drainTo(items);
        items.forEach(late -> late.fail(closing()));
    }

    private void writeTogether(List<Item<?>> items) {
        commit(items).ifPresent(written -> {
            batches.incrementAndGet();
            written.committed();
            items.forEach(Item::complete);
        });
    }

    /** @return what was written; empty if nothing could be, and the items have failed */
    private Optional<Batch> commit(List<Item<?>> items) {
        Runnable before = journal.mark();
        Batch batch = null;
        long start = System.nanoTime();
        try {
            batch = begin();
            before = journal.mark();
            for (Item<?> item : items) {
                runBehindSavepoint(item, batch);
            }
            for (Item<?> item : items) {
                item.settle(batch);
            }
            long flushStart = System.nanoTime();
            journal.end(handle);
            handle.execute("COMMIT");
            CommitEvent.report(items.size(), start, flushStart);
            return Optional.of(batch);
        } catch (RefusedException e) {
            LOG.error("nothing is written to the store: {}", e.refusal().detail());
            before.run();
            closeHandle();
            items.forEach(item -> item.fail(e));
        } catch (RuntimeException e) {
            // a defect must not end the thread
            before.run();
            if (batch != null) {
                batch.undoneSince(Batch.Mark.START);
            }
            giveUp(items, e);
        }
        return Optional.empty();
    }

    private Batch begin() throws RefusedException {
        boolean foreign = handle == null;
        if (handle == null) {
            handle = database.openWriter();
        }
        Sqlite.begin(handle);
        long version = Sqlite.foreignVersion(handle);
        journal.begin(handle, foreign || version != foreignVersion);
        foreignVersion = version;
        return new Batch(handle);
    }

    /** A failure that leaves no savepoint to go back to ends the whole batch. */
    private void runBehindSavepoint(Item<?> item, Batch batch) {
        Runnable before = journal.mark();
        Batch.Mark mark = batch.mark();
        handle.execute("SAVEPOINT item");
        if (!item.run(batch)) {
            handle.execute("ROLLBACK TO item");
            before.run();
            batch.undoneSince(mark);
        }
        handle.execute("RELEASE item");
    }

    private void giveUp(List<Item<?>> items, RuntimeException failure) {
        LOG.error("{} pieces of work could not be written", items.size(), failure);
        RefusedException refused = failure instanceof JdbiException store && Database.isBusy(store)
                ? new RefusedException(ErrorCode.PROXY_BUSY, "another process keeps the proxy's store")
                : new RefusedException(ErrorCode.PROXY_FAILED, "the proxy could not write to its store");
        closeHandle();
        items.forEach(item -> item.fail(refused));
    }

    /** Ends the transaction too, if there is one; the next batch opens anew. */
    private void closeHandle() {
        if (handle != null) {
            try {
                handle.close();
            } catch (JdbiException e) {
                LOG.warn("the store's connection could not be closed", e);
            }
            handle = null;
        }
    }

    /** Writes what waits, then ends. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            waiting.put(end);
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
