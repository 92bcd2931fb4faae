package org.remotepkcs11.proxy.cards;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at one reader again and again on a thread of its own and tells the workers what came and went. */
final class ReaderWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReaderWatch.class);

    private final CardReader reader;
    private final Map<String, CardWorker> workers;
    private final Function<CardDescription, CardWorker> workerOf;
    private final Pace pace;
    private final ScheduledThreadPoolExecutor looker;
    private final AtomicBoolean newsWait = new AtomicBoolean();
    private String lastFailure = "";

    ReaderWatch(CardReader reader, Map<String, CardWorker> workers, Function<CardDescription, CardWorker> workerOf,
                Pace pace) {
        this.reader = reader;
        this.workers = workers;
        this.workerOf = workerOf;
        this.pace = pace;
        this.looker = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "reader " + reader.name());
            thread.setDaemon(true);
            return thread;
        });
    }

    void keepLooking() {
        long millis = pace.rescan().toMillis();
        looker.scheduleWithFixedDelay(() -> scan(false), millis, millis, TimeUnit.MILLISECONDS);
        reader.onNews(this::lookSoon);
    }

    CompletableFuture<Void> look() {
        try {
            return CompletableFuture.runAsync(() -> scan(true), looker);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(null);
        }
    }

    private void lookSoon() {
        if (newsWait.compareAndSet(false, true)) {
            try {
                looker.execute(() -> {
                    newsWait.set(false);
                    scan(false);
                });
            } catch (RejectedExecutionException e) {
                LOG.debug("news of reader {} at its end", reader.name());
            }
        }
    }

    private void scan(boolean afresh) {
        try {
            see(reader.scan(afresh));
            lastFailure = "";
        } catch (RefusedException e) {
            report(e.getMessage());
            see(List.of());
        } catch (RuntimeException e) {
            // An exception would end the schedule for ever and with it every news of this reader.
            LOG.error("looking at reader {} failed unexpectedly", reader.name(), e);
        }
    }

    private void see(List<Card> cards) {
        Set<String> seen = new HashSet<>();
        cards.forEach(card -> see(card, seen));
        workers.forEach((source, worker) -> {
            if (source.startsWith(reader.name() + ":") && !seen.contains(source) && worker.state().present()) {
                LOG.info("card {} is gone", source);
                worker.remove();
            }
        });
    }

    private void see(Card card, Set<String> seen) {
        try {
            card.rest();
            CardDescription description = card.describe();
            seen.add(description.source());
            CardWorker worker = workerOf.apply(description);
            if (!worker.state().present()) {
                LOG.info("card {} is there: {}", description.source(), description.token().label());
            }
            worker.show(card, description, reader.lanes());
        } catch (RefusedException e) {
            report(e.getMessage());
        }
    }

    private void report(String failure) {
        if (!failure.equals(lastFailure)) {
            LOG.warn("reader {}: {}", reader.name(), failure);
            lastFailure = failure;
        }
    }

    /** No look begins after this; one under way may still end. */
    void stop() {
        looker.shutdownNow();
    }

    @Override
    public void close() {
        try {
            if (!looker.awaitTermination(pace.patience().toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("reader {} hangs and is left behind", reader.name());
                return;
            }
            reader.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
