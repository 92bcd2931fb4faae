package org.remotepkcs11.proxy.cards;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/** Queue and lanes of one card. Knows nothing of the card but {@link Card}. */
final class CardWorker implements AutoCloseable {
    private static final Duration LANE_IDLE = Duration.ofSeconds(30);

    private final Pace pace;
    private final ThreadPoolExecutor lanes;
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile CardDescription description;
    private volatile Card card;
    private volatile boolean closed;

    private CardWorker(CardDescription description, Pace pace) {
        this.description = description;
        this.pace = pace;
        this.lanes = new ThreadPoolExecutor(1, 1, LANE_IDLE.toMillis(), TimeUnit.MILLISECONDS,
                new ArrayBlockingQueue<>(pace.queue()), work -> lane(description.source(), work));
        lanes.allowCoreThreadTimeOut(true);
    }

    /** For a card that was seen before and may come back. */
    static CardWorker remembered(CardDescription description, Pace pace) {
        return new CardWorker(description, pace);
    }

    /** @return whether anything is other than before */
    boolean show(Card now, CardDescription seen, int laneCount) {
        boolean changed = card == null || !Objects.equals(Shown.of(description), Shown.of(seen));
        description = seen;
        card = now;
        if (lanes.getMaximumPoolSize() < laneCount) {
            lanes.setMaximumPoolSize(laneCount);
            lanes.setCorePoolSize(laneCount);
        }
        return changed;
    }

    /** @return whether it was there before */
    boolean remove() {
        boolean wasPresent = card != null;
        card = null;
        return wasPresent;
    }

    Optional<Card> card() {
        return Optional.ofNullable(card);
    }

    CardState state() {
        return new CardState(description, card != null, waiting.get());
    }

    CompletableFuture<byte[]> submit(CardJob job) {
        return queue(job.deadline(), () -> {
            if (!job.stillAllowed().getAsBoolean()) {
                throw new RefusedException(ErrorCode.DELEGATION_REVOKED,
                        "the delegation was taken back while the request waited for the card");
            }
            try (CardPin pin = job.pin().copy()) {
                return present().apply(job.operation(), pin, job.deadline());
            }
        });
    }

    CompletableFuture<Void> checkPin(CardPin entered, Instant deadline) {
        return queue(deadline, () -> {
            try (CardPin pin = entered.copy()) {
                present().checkPin(pin);
                return null;
            }
        });
    }

    private Card present() throws RefusedException {
        Card there = card;
        if (there == null) {
            throw new RefusedException(ErrorCode.CARD_ABSENT, "card " + description.source() + " is not there");
        }
        return there;
    }

    private <T> CompletableFuture<T> queue(Instant deadline, Turn.Work<T> work) {
        Duration left = Duration.between(Instant.now(), deadline);
        Turn<T> turn = new Turn<>(work);
        if (left.isNegative() || left.isZero()) {
            turn.refuse(ErrorCode.DEADLINE_PASSED, "the deadline passed before the card was asked");
            return turn.result();
        }
        try {
            present();
            waiting.incrementAndGet();
            turn.result().whenComplete((value, failure) -> waiting.decrementAndGet());
            turn.expireAfter(left);
            lanes.execute(turn);
        } catch (RejectedExecutionException e) {
            turn.refuse(ErrorCode.CARD_BUSY, closed ? "the proxy is stopping" : pace.queue() + " operations wait already");
        } catch (RefusedException e) {
            turn.result().completeExceptionally(e);
        }
        return turn.result();
    }

    private static Thread lane(String source, Runnable work) {
        Thread thread = new Thread(work, "card " + source);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        closed = true;
        for (Runnable left : lanes.shutdownNow()) {
            if (left instanceof Turn<?> turn) {
                turn.refuse(ErrorCode.CARD_BUSY, "the proxy is stopping");
            }
        }
        try {
            lanes.awaitTermination(pace.patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
