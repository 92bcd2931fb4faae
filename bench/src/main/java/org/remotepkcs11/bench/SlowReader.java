package org.remotepkcs11.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import org.remotepkcs11.proxy.cards.Card;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.CardReader;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/** Another reader's cards, each of which does one operation at a time and takes as long for it as real cards do. */
final class SlowReader implements CardReader {
    private final CardReader inner;
    private final IntFunction<Duration> pause;
    private final Map<Card, Card> wrapped = new ConcurrentHashMap<>();

    /** @param pause of an operation of the first, second, … card, from 0 */
    SlowReader(CardReader inner, IntFunction<Duration> pause) {
        this.inner = inner;
        this.pause = pause;
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public int lanes() {
        return 1;
    }

    @Override
    public List<Card> scan(boolean afresh) throws RefusedException {
        return inner.scan(afresh).stream().map(card -> wrapped.computeIfAbsent(card, found -> new Slow(found, pause.apply(wrapped.size())))).toList();
    }

    @Override
    public void close() {
        inner.close();
    }

    private final class Slow implements Card {
        private final Card card;
        private final Duration own;

        Slow(Card card, Duration own) {
            this.card = card;
            this.own = own;
        }

        @Override
        public byte[] apply(Operation operation, CardPin pin, Instant deadline) throws RefusedException {
            long end = System.nanoTime() + own.toNanos();
            byte[] output = card.apply(operation, pin, deadline);
            try {
                Thread.sleep(Math.max(0, (end - System.nanoTime()) / 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RefusedException(ErrorCode.CARD_FAILED, "the card was stopped");
            }
            return output;
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
