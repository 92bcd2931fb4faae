package org.remotepkcs11.proxy.cards;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/**
 * One operation that several cards can do, since they hold the same key. It stands in the queue of each: the first that
 * is free does it. If that card fails, the operation is offered to the others, until the deadline.
 */
final class Offering {
    private final CardJob job;
    private final List<CardWorker> left;
    private final CompletableFuture<byte[]> result = new CompletableFuture<>();
    /** Why the first card failed that was touched. */
    private volatile RefusedException touched;

    Offering(CardJob job, List<CardWorker> members) {
        this.job = job;
        this.left = new CopyOnWriteArrayList<>(members);
    }

    CompletableFuture<byte[]> begin() {
        new Round(List.copyOf(left)).begin();
        return result;
    }

    /** From one offer to the first card that takes it. */
    private final class Round {
        private final Map<CardWorker, CompletableFuture<byte[]>> asked = new LinkedHashMap<>();
        private final List<CardWorker> workers;
        private CardWorker winner;
        private int turnedAway;

        /** Those that failed just now are asked only if there is no other. */
        Round(List<CardWorker> all) {
            List<CardWorker> sound = all.stream().filter(CardWorker::isSound).toList();
            this.workers = sound.isEmpty() ? all : sound;
        }

        void begin() {
            for (CardWorker worker : workers) {
                CompletableFuture<byte[]> one = worker.submit(job, () -> claim(worker));
                synchronized (this) {
                    asked.put(worker, one);
                }
                one.whenComplete((output, failure) -> ended(worker, output, failure));
            }
            withdraw();
            result.whenComplete((output, failure) -> cancelAll());
        }

        /** A card that failed since it was asked leaves the work to another, if one can still take it. */
        private synchronized boolean claim(CardWorker worker) {
            boolean taken = winner != null;
            boolean others = workers.stream().anyMatch(other -> other != worker && other.isSound() && isOpen(other));
            if (taken || !worker.isSound() && others) {
                return false;
            }
            winner = worker;
            return true;
        }

        private boolean isOpen(CardWorker worker) {
            CompletableFuture<byte[]> one = asked.get(worker);
            return one == null || !one.isDone();
        }

        private void ended(CardWorker worker, byte[] output, Throwable failure) {
            if (won(worker)) {
                withdraw();
                settle(worker, output, failure);
            } else if (allTurnedAway()) {
                fail(failure instanceof RefusedException refused ? refused
                        : new RefusedException(ErrorCode.CARD_BUSY, "no card took the operation"));
            }
        }

        private synchronized boolean won(CardWorker worker) {
            return winner == worker;
        }

        private synchronized boolean allTurnedAway() {
            return ++turnedAway == workers.size() && winner == null;
        }

        private void withdraw() {
            List<CompletableFuture<byte[]>> losers;
            synchronized (this) {
                losers = winner == null ? List.of() : asked.entrySet().stream()
                        .filter(one -> one.getKey() != winner).map(Map.Entry::getValue).toList();
            }
            losers.forEach(one -> one.cancel(false));
        }

        private void cancelAll() {
            List<CompletableFuture<byte[]>> all;
            synchronized (this) {
                all = List.copyOf(asked.values());
            }
            all.forEach(one -> one.cancel(false));
        }
    }

    private void settle(CardWorker worker, byte[] output, Throwable failure) {
        if (failure == null) {
            result.complete(output);
            return;
        }
        left.remove(worker);
        RefusedException refusal = failure instanceof RefusedException refused ? refused
                : new RefusedException(ErrorCode.CARD_FAILED, "the card's driver failed");
        if (touched == null && !CardJob.leftUntouched(refusal.code())) {
            touched = refusal;
        }
        if (Quarantine.isFaultOfCard(refusal.code()) && !left.isEmpty() && !result.isDone() && Instant.now().isBefore(job.deadline())) {
            new Round(List.copyOf(left)).begin();
        } else {
            fail(refusal);
        }
    }

    /** That one card was touched must not be lost because the next one was away: what touched a card is counted. */
    private void fail(RefusedException last) {
        boolean first = touched != null && CardJob.leftUntouched(last.code());
        result.completeExceptionally(first ? touched : last);
    }
}
