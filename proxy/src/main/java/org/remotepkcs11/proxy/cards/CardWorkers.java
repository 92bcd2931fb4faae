package org.remotepkcs11.proxy.cards;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All cards of this proxy, each behind a worker of its own: a queue with an end, as many lanes as its reader allows,
 * and nothing in common with the other cards, so that a card that hangs harms only those who wait for it.
 *
 * <p>Futures of this class fail with {@link RefusedException}; they may be cancelled, and then the card is not
 * touched if it was not touched yet.
 */
public final class CardWorkers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CardWorkers.class);

    private static final Duration SELDOM = Duration.ofSeconds(30);

    private final AtomicLong lastAsked = new AtomicLong(System.nanoTime() - SELDOM.toNanos());
    private final CardMemory memory;
    private final Pace pace;
    private final List<ReaderWatch> watches = new ArrayList<>();
    private final Map<String, CardWorker> workers = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    private CardWorkers(CardMemory memory, Pace pace) {
        this.memory = memory;
        this.pace = pace;
    }

    /** Takes the readers over, looks once through all of them and then keeps looking until closed. */
    public static CardWorkers over(List<? extends CardReader> readers, CardMemory memory, Pace pace) {
        CardWorkers cards = new CardWorkers(memory, pace);
        memory.recall().forEach(cards::worker);
        readers.forEach(reader -> cards.watches.add(new ReaderWatch(reader, cards.workers, cards::worker, pace)));
        cards.rescan();
        cards.watches.forEach(ReaderWatch::keepLooking);
        return cards;
    }

    /** Of every card ever seen, by source. */
    public List<CardState> cards() {
        return workers.values().stream().map(CardWorker::state)
                .sorted(Comparator.comparing(state -> state.description().source())).toList();
    }

    /** @param source {@code READER:SERIAL} */
    public Optional<CardState> find(String source) {
        return Optional.ofNullable(workers.get(source)).map(CardWorker::state);
    }

    /**
     * Queues one operation.
     *
     * @return its output; fails as {@link Card#apply}, and with CARD_UNKNOWN, CARD_BUSY where the queue is full,
     *         DEADLINE_PASSED, and as {@link CardJob#lastLook}
     */
    public CompletableFuture<byte[]> submit(String source, CardJob job) {
        CardWorker worker = workers.get(source);
        return worker == null ? unknown(source) : worker.submit(job);
    }

    /**
     * Queues one operation that any of several cards can do: the first that is free does it, and if it fails another.
     *
     * @param sources of these cards
     * @return as {@link #submit(String, CardJob)}; cards that were never seen are left out
     */
    public CompletableFuture<byte[]> submit(List<String> sources, CardJob job) {
        List<CardWorker> known = sources.stream().map(workers::get).filter(Objects::nonNull).toList();
        if (known.isEmpty()) {
            return unknown(String.join(", ", sources));
        }
        return known.size() == 1 ? known.get(0).submit(job) : new Offering(job, known).begin();
    }

    /**
     * Queues a try of the PIN that the owner has just entered; fails as {@link Card#checkPin}. A card that was never
     * seen is looked for first.
     *
     * @param pin      not to be wiped before {@code lastLook} was told that the card is through
     * @param lastLook as with a {@link CardJob}
     */
    public CompletableFuture<Void> checkPin(String source, CardPin pin, Instant deadline, CardJob.LastLook lastLook) {
        CardWorker worker = workers.get(source);
        if (worker != null) {
            return worker.checkPin(pin, deadline, lastLook);
        }
        return lookAfresh().thenCompose(looked -> {
            CardWorker found = workers.get(source);
            return found == null ? unknown(source) : found.checkPin(pin, deadline, lastLook);
        });
    }

    /** Calls {@code listener} whenever a card came, went or shows something else; it must not block. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** Looks through all readers now; returns when they answered, or after {@link Pace#patience}. */
    public void rescan() {
        lookAfresh().join();
    }

    /** As {@link #rescan} but without waiting, and seldom: it may disturb cards. */
    public void rescanSoon() {
        long now = System.nanoTime();
        long last = lastAsked.get();
        if (now - last > SELDOM.toNanos() && lastAsked.compareAndSet(last, now)) {
            lookAfresh();
        }
    }

    private CompletableFuture<Void> lookAfresh() {
        return CompletableFuture.allOf(watches.stream().map(ReaderWatch::look).toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, pace.patience().toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> null);
    }

    private CardWorker worker(CardDescription description) {
        return workers.computeIfAbsent(description.source(),
                source -> new CardWorker(description, memory.isPinRefused(source), pace, new Reporter()));
    }

    /** Writes down what changed and tells who listens. */
    private final class Reporter implements CardWorker.News {
        @Override
        public void shown(CardDescription description) {
            memory.remember(description);
            changed();
        }

        @Override
        public void pinRefused(String source, boolean refused) {
            memory.rememberPinRefused(source, refused);
            changed();
        }
    }

    private void changed() {
        for (Runnable listener : listeners) {
            try {
                listener.run();
            } catch (RuntimeException e) {
                LOG.error("a listener for card changes failed", e);
            }
        }
    }

    private static <T> CompletableFuture<T> unknown(String source) {
        return CompletableFuture.failedFuture(
                new RefusedException(ErrorCode.CARD_UNKNOWN, "no card " + source + " was ever seen here"));
    }

    /** Refuses what still waits, lets what is under way end for a short time, then lets the cards go. */
    @Override
    public void close() {
        watches.forEach(ReaderWatch::stop);
        workers.values().forEach(CardWorker::close);
        watches.forEach(ReaderWatch::close);
    }
}
