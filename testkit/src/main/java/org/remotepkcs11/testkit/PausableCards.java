package org.remotepkcs11.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.remotepkcs11.proxy.cards.Card;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.CardReader;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/**
 * Another reader's cards, which count how often they are touched, stop in the middle of it when told to, and take their
 * time.
 */
public final class PausableCards implements CardReader {
    private final CardReader inner;
    private final int lanes;
    private final IntFunction<Duration> time;
    private final Map<Card, Card> wrapped = new ConcurrentHashMap<>();
    private final AtomicInteger touched = new AtomicInteger();
    private final Semaphore arrivals = new Semaphore(0);
    private volatile Consumer<Operation> listener = operation -> { };
    private volatile CountDownLatch running = new CountDownLatch(0);

    /** @param lanes operations that one card does at once */
    public PausableCards(CardReader inner, int lanes) {
        this(inner, lanes, index -> Duration.ZERO);
    }

    /** @param time that an operation takes at least, of the first, second, … card, from 0 */
    public PausableCards(CardReader inner, int lanes, IntFunction<Duration> time) {
        this.inner = inner;
        this.lanes = lanes;
        this.time = time;
    }

    /** From now on every operation stops before it does anything. */
    public void pause() {
        running = new CountDownLatch(1);
    }

    public void resume() {
        running.countDown();
    }

    /** Told of each operation as it reaches a card, before it does anything. Must be quick. */
    public void onTouch(Consumer<Operation> told) {
        listener = told;
    }

    /** Operations that reached a card so far. */
    public int touched() {
        return touched.get();
    }

    /** Waits for one more operation to reach a card. @return whether it did in time */
    public boolean awaitTouch(Duration patience) throws InterruptedException {
        return arrivals.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public int lanes() {
        return lanes;
    }

    @Override
    public List<Card> scan(boolean afresh) throws RefusedException {
        return inner.scan(afresh).stream()
                .map(card -> wrapped.computeIfAbsent(card, found -> new Pausable(found, time.apply(wrapped.size())))).toList();
    }

    @Override
    public void close() {
        resume();
        inner.close();
    }

    private final class Pausable implements Card {
        private final Card card;
        private final Duration least;

        Pausable(Card card, Duration least) {
            this.card = card;
            this.least = least;
        }

        @Override
        public byte[] apply(Operation operation, CardPin pin, Instant deadline) throws RefusedException {
            long end = System.nanoTime() + least.toNanos();
            listener.accept(operation);
            touched.incrementAndGet();
            arrivals.release();
            try {
                running.await();
                byte[] output = card.apply(operation, pin, deadline);
                TimeUnit.NANOSECONDS.sleep(end - System.nanoTime());
                return output;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RefusedException(ErrorCode.CARD_FAILED, "the card was stopped");
            }
        }

        @Override
        public String serial() {
            return card.serial();
        }

        @Override
        public CardDescription describe() throws RefusedException {
            return card.describe();
        }

        @Override
        public void checkPin(CardPin pin) throws RefusedException {
            card.checkPin(pin);
        }

        @Override
        public void rest() {
            card.rest();
        }

        @Override
        public void close() {
            card.close();
        }
    }
}
