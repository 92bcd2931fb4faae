package org.remotepkcs11.proxy.pipeline;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RefusedException;

/**
 * Makes a repeated request the same operation: it waits for the one under way, or gets the outcome of a short while
 * ago. Outcomes are kept in memory alone; what failed is forgotten, so that it can be tried again, as soon as no card is
 * at it any more.
 */
final class OperationMemory {
    private static final Duration KEPT = Duration.ofMinutes(2);
    private static final long MOST_BYTES = 64L << 20;
    /** About what an entry costs beside its outputs. */
    private static final int ENTRY_BYTES = 512;

    /** Operation ids are the users' own: those of two users have nothing to do with each other. */
    private record Name(Id user, Id operation) {
    }

    private record Entry(Id input, CompletableFuture<Outcome> outcome) {
    }

    private record Kept(Name name, Entry entry, long untilMillis, long bytes) {
    }

    /** @param through done when nothing of it goes on any more, which may be after its outcome */
    record Action(Supplier<CompletableFuture<Outcome>> start, CompletableFuture<Void> through) {
    }

    private final InstantSource clock;
    private final ConcurrentMap<Name, Entry> entries = new ConcurrentHashMap<>();
    private final Queue<Kept> kept = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong();

    OperationMemory(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Runs {@code action} unless this user's operation is under way or was done.
     *
     * @param input hash of what the operation is asked to do
     * @return fails as the action does, and with {@link ErrorCode#OPERATION_CONFLICT} for another input
     */
    CompletableFuture<Outcome> once(Id user, Id operation, Id input, Action action) {
        forgetOld();
        Name name = new Name(user, operation);
        Entry fresh = new Entry(input, new CompletableFuture<>());
        Entry entry = entries.putIfAbsent(name, fresh);
        if (entry == null) {
            fresh.outcome().whenComplete((outcome, failure) -> settle(name, fresh, action.through()));
            start(action.start(), fresh.outcome());
            return fresh.outcome();
        }
        return entry.input().equals(input) ? entry.outcome() : CompletableFuture.failedFuture(new RefusedException(
                ErrorCode.OPERATION_CONFLICT, "the operation id was used for another request"));
    }

    private static void start(Supplier<CompletableFuture<Outcome>> action, CompletableFuture<Outcome> into) {
        try {
            action.get().whenComplete((outcome, failure) -> {
                if (failure == null) {
                    into.complete(outcome);
                } else {
                    into.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException e) {
            // an action that breaks must not leave those who join it waiting
            into.completeExceptionally(e);
        }
    }

    private void settle(Name name, Entry entry, CompletableFuture<Void> through) {
        if (entry.outcome().isCompletedExceptionally() || !done(entry.outcome().join())) {
            through.whenComplete((nothing, failure) -> entries.remove(name, entry));
            return;
        }
        Outcome outcome = entry.outcome().join();
        long size = ENTRY_BYTES + outputs(outcome);
        bytes.addAndGet(size);
        kept.add(new Kept(name, entry, clock.millis() + KEPT.toMillis(), size));
    }

    /** Whether trying again could not change it. */
    private static boolean done(Outcome outcome) {
        return !(outcome instanceof Outcome.Refused)
                && !(outcome instanceof Outcome.Used used && used.results().stream()
                        .anyMatch(result -> result instanceof Outcome.Result.Failed));
    }

    private static long outputs(Outcome outcome) {
        long sum = 0;
        if (outcome instanceof Outcome.Used used) {
            for (Outcome.Result result : used.results()) {
                sum += result instanceof Outcome.Result.Output output ? output.value().length : 0;
            }
        }
        return sum;
    }

    /** Those kept first go first. */
    void forgetOld() {
        long now = clock.millis();
        for (Kept oldest = kept.peek(); oldest != null && (oldest.untilMillis() < now || bytes.get() > MOST_BYTES);
                oldest = kept.peek()) {
            if (kept.remove(oldest)) {
                bytes.addAndGet(-oldest.bytes());
                entries.remove(oldest.name(), oldest.entry());
            }
        }
    }

    int size() {
        return entries.size();
    }
}
