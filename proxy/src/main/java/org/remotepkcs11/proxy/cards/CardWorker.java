package org.remotepkcs11.proxy.cards;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.MemberState;
import org.remotepkcs11.wire.RefusedException;

/** Queue and lanes of one card. Knows nothing of the card but {@link Card}. */
final class CardWorker implements AutoCloseable {
    private static final Duration LANE_IDLE = Duration.ofSeconds(30);

    private final Pace pace;
    private final News news;
    private final FairQueue queue;
    private final ThreadPoolExecutor lanes;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Quarantine quarantine = new Quarantine(System::nanoTime);
    private volatile CardDescription description;
    private volatile Card card;
    private volatile boolean pinRefused;
    /** What the owner entered last, and the card took: every other is wrong, also one that waits in the queue. */
    private volatile Optional<PinTrace> taken = Optional.empty();
    private volatile boolean closed;

    /** Who wants to know of changes. */
    interface News {
        void shown(CardDescription description);

        void pinRefused(String source, boolean refused);
    }

    /** Without its card, which may be in a reader, or come back. */
    CardWorker(CardDescription description, boolean pinRefused, Pace pace, News news) {
        this.description = description;
        this.pinRefused = pinRefused;
        this.pace = pace;
        this.news = news;
        this.queue = new FairQueue(pace.queue());
        this.lanes = new ThreadPoolExecutor(1, 1, LANE_IDLE.toMillis(), TimeUnit.MILLISECONDS, queue,
                work -> lane(description.source(), work));
        lanes.allowCoreThreadTimeOut(true);
    }

    /** The card is there and shows this. */
    void show(Card now, CardDescription seen, int laneCount) {
        if (lanes.getMaximumPoolSize() < laneCount) {
            lanes.setMaximumPoolSize(laneCount);
            lanes.setCorePoolSize(laneCount);
        }
        CardDescription whole = seen.completedBy(description);
        boolean changed = card == null || !Shown.of(description).equals(Shown.of(whole));
        description = whole;
        card = now;
        if (changed) {
            news.shown(whole);
        }
    }

    void remove() {
        boolean wasPresent = card != null;
        card = null;
        if (wasPresent) {
            news.shown(description);
        }
    }

    CardState state() {
        return new CardState(description, memberState(), waiting.get(), queue.users());
    }

    private MemberState memberState() {
        if (card == null) {
            return MemberState.AWAY;
        }
        if (pinRefused) {
            return MemberState.PIN_REFUSED;
        }
        if (!quarantine.isOver()) {
            return MemberState.QUARANTINED;
        }
        return waiting.get() > 0 ? MemberState.BUSY : MemberState.FREE;
    }

    CompletableFuture<byte[]> submit(CardJob job) {
        return submit(job, () -> true);
    }

    /** @param claim asked when the job's turn comes */
    CompletableFuture<byte[]> submit(CardJob job, BooleanSupplier claim) {
        CardUseEvent event = new CardUseEvent();
        long queued = System.nanoTime();
        return queue(new Turn<>(job.user(), claim, () -> {
            event.waited = System.nanoTime() - queued;
            job.lastLook().check(description.source());
            event.allowed = System.nanoTime() - queued - event.waited;
            try {
                return apply(job);
            } finally {
                job.lastLook().left();
                event.worked = System.nanoTime() - queued - event.waited - event.allowed;
                event.source = description.source();
                event.commit();
            }
        }), job.deadline());
    }

    private byte[] apply(CardJob job) throws RefusedException {
        if (pinRefused) {
            throw refusedBefore();
        }
        try (CardPin pin = heeding(() -> job.pins().of(description.source()))) {
            if (taken.filter(right -> !right.equals(PinTrace.of(pin))).isPresent()) {
                throw refusedBefore();
            }
            byte[] output = heeding(() -> use(job, pin));
            quarantine.lift();
            return output;
        }
    }

    private static RefusedException refusedBefore() {
        return new RefusedException(ErrorCode.CARD_PIN_REFUSED, "the card refused the stored pin before");
    }

    private <T> T heeding(Turn.Work<T> work) throws RefusedException {
        try {
            return work.run();
        } catch (RefusedException e) {
            heed(e);
            throw e;
        }
    }

    /** A module may find no keys, and no error either, on a card that is pulled at the wrong moment. */
    private byte[] use(CardJob job, CardPin pin) throws RefusedException {
        try {
            return present().apply(job.operation(), pin, job.deadline());
        } catch (RefusedException e) {
            Id key = job.operation().key();
            if (e.code() == ErrorCode.KEY_UNKNOWN && description.keys().stream().anyMatch(one -> one.fingerprint().equals(key))) {
                throw new RefusedException(ErrorCode.CARD_FAILED,
                        "card " + description.source() + " showed key " + key + " and does not now");
            }
            throw e;
        }
    }

    /** Whether it is there and did not fail just now; a card that failed is tried again after a while. */
    boolean isSound() {
        return card != null && !pinRefused && quarantine.isOver();
    }

    private void heed(RefusedException refusal) {
        if (Quarantine.isFaultOfCard(refusal.code())) {
            quarantine.begin();
        }
        if (refusal.code() == ErrorCode.CARD_PIN_REFUSED && !pinRefused) {
            pinRefused = true;
            news.pinRefused(description.source(), true);
        }
    }

    /** @param entered not wiped before the last look was told that the card is through */
    CompletableFuture<Void> checkPin(CardPin entered, Instant deadline, CardJob.LastLook lastLook) {
        return queue(new Turn<>(Id.NONE, () -> true, () -> {
            lastLook.check(description.source());
            try {
                takeEntered(entered);
            } finally {
                lastLook.left();
            }
            return null;
        }), deadline);
    }

    private void takeEntered(CardPin entered) throws RefusedException {
        Card there = present();
        there.checkPin(entered);
        taken = Optional.of(PinTrace.of(entered));
        quarantine.lift();
        if (pinRefused) {
            pinRefused = false;
            news.pinRefused(description.source(), false);
        }
        show(there, there.describe(), 1);
    }

    private Card present() throws RefusedException {
        Card there = card;
        if (there == null) {
            throw new RefusedException(ErrorCode.CARD_ABSENT, "card " + description.source() + " is not there");
        }
        return there;
    }

    private <T> CompletableFuture<T> queue(Turn<T> turn, Instant deadline) {
        Duration left = Duration.between(Instant.now(), deadline);
        if (left.isNegative() || left.isZero()) {
            turn.refuse(ErrorCode.DEADLINE_PASSED, "the deadline passed before the card was asked");
            return turn.result();
        }
        try {
            present();
            waiting.incrementAndGet();
            turn.result().whenComplete((value, failure) -> leave(turn, failure));
            turn.expireAfter(left, () -> place(turn));
            lanes.execute(turn);
        } catch (RejectedExecutionException e) {
            turn.refuse(ErrorCode.CARD_BUSY, closed ? "the proxy is stopping" : pace.queue() + " operations wait already");
        } catch (RefusedException e) {
            turn.result().completeExceptionally(e);
        }
        return turn.result();
    }

    private String place(Turn<?> turn) {
        int before = queue.before(turn);
        return before < 0 ? "the card did not answer in time"
                : "the deadline passed at place " + (before + 1) + " of " + queue.size() + " in the card's queue";
    }

    private void leave(Turn<?> turn, Throwable failure) {
        waiting.decrementAndGet();
        if (failure != null) {
            lanes.remove(turn);
        }
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
