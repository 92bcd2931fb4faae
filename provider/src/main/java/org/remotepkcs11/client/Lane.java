package org.remotepkcs11.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.MessageBounds;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RefusedException;

/**
 * The way of operations to one remote card. A lone operation leaves at once. While {@value #IN_FLIGHT} requests fly,
 * further operations gather and ride together in the next: the caller whose request came back hands its place to one
 * of those who wait, so no thread of our own is needed. Nobody waits for a place longer than {@link #PATIENCE}, so
 * slow cards are kept busy too, unless {@value #MOST_OPERATIONS} operations are under way already: a card's queue at the
 * proxy is not for one client alone.
 */
final class Lane {
    /** Requests that fly at once before operations gather. */
    static final int IN_FLIGHT = 4;
    /** Operations under way from which on nobody takes a place beyond {@link #IN_FLIGHT} requests. */
    static final int MOST_OPERATIONS = 512;

    private static final Duration PATIENCE = Duration.ofMillis(5);
    private static final int MAX_BATCH_BYTES = MessageBounds.MAX_REQUEST_BYTES / 2;

    /** Sends one request. */
    interface Carrier {
        /** One result an operation, in their order. */
        List<Outcome.Result> carry(Login login, List<Operation> operations, Deadline deadline) throws RefusedException;
    }

    private final Carrier carrier;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private int flying;
    private int carried;

    Lane(Carrier carrier) {
        this.carrier = carrier;
    }

    byte[] apply(Login login, Operation operation, Deadline deadline) throws RefusedException {
        Waiting mine = new Waiting(login, operation, deadline);
        List<Waiting> batch = arrive(mine);
        if (batch.isEmpty()) {
            batch = await(mine);
        }
        if (!batch.isEmpty()) {
            lead(batch);
        }
        return mine.output();
    }

    /** The batch to carry, or none if the operation waits in the queue. */
    private synchronized List<Waiting> arrive(Waiting mine) {
        if (flying < IN_FLIGHT) {
            flying++;
            carried++;
            return List.of(mine);
        }
        queue.add(mine);
        return List.of();
    }

    private List<Waiting> await(Waiting mine) throws RefusedException {
        try {
            return mine.turn.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            List<Waiting> batch = depart(mine);
            return batch.isEmpty() ? awaitAnswer(mine) : batch;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return leave(mine, "interrupted while it waited");
        } catch (ExecutionException e) {
            throw new IllegalStateException("turns are never failed", e);
        }
    }

    private List<Waiting> awaitAnswer(Waiting mine) throws RefusedException {
        try {
            return mine.turn.get(mine.deadline.remaining(TimeUnit.NANOSECONDS), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return leave(mine, "no answer in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return leave(mine, "interrupted while it waited");
        } catch (ExecutionException e) {
            throw new IllegalStateException("turns are never failed", e);
        }
    }

    /** Stops waiting for a place: takes one beyond {@link #IN_FLIGHT}, with all that gathered. */
    private synchronized List<Waiting> depart(Waiting mine) {
        if (carried >= MOST_OPERATIONS) {
            mine.late = true;
            return List.of();
        }
        if (!queue.remove(mine)) {
            return List.of();
        }
        flying++;
        return gather(mine);
    }

    /** Gives up, unless the turn came meanwhile. */
    private synchronized List<Waiting> leave(Waiting mine, String why) throws RefusedException {
        if (!queue.remove(mine) && mine.turn.isDone()) {
            return mine.turn.join();
        }
        throw new RefusedException(ErrorCode.DEADLINE_PASSED, why);
    }

    /**
     * The given operation and all from the queue that fit beside it under the same PIN proof. Owners approve what was
     * asked for together, so there each goes alone.
     */
    private List<Waiting> gather(Waiting first) {
        List<Waiting> batch = new ArrayList<>();
        batch.add(first);
        int bytes = first.size();
        Iterator<Waiting> others = queue.iterator();
        int most = first.login.card().approval().needed() ? 1 : MessageBounds.MAX_OPERATIONS;
        while (others.hasNext() && batch.size() < most) {
            Waiting other = others.next();
            if (bytes + other.size() <= MAX_BATCH_BYTES && first.login.sharesProofWith(other.login)) {
                bytes += other.size();
                batch.add(other);
                others.remove();
            }
        }
        carried += batch.size();
        return batch;
    }

    private void lead(List<Waiting> batch) {
        try {
            List<Outcome.Result> results = carrier.carry(batch.get(0).login,
                    batch.stream().map(waiting -> waiting.operation).toList(), latest(batch));
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).answer(results.get(i));
            }
        } catch (RefusedException e) {
            batch.forEach(waiting -> waiting.refuse(e));
        } finally {
            land(batch);
        }
    }

    private static Deadline latest(List<Waiting> batch) {
        return batch.stream().map(waiting -> waiting.deadline).reduce(Deadline::later).orElseThrow();
    }

    /** Tells those who rode along, and gives the place to the next. */
    private synchronized void land(List<Waiting> batch) {
        carried -= batch.size();
        batch.forEach(waiting -> waiting.turn.complete(List.of()));
        Waiting next = queue.poll();
        if (next == null || flying > IN_FLIGHT && !next.late) {
            flying--;
            if (next != null) {
                queue.addFirst(next);
            }
        } else {
            next.turn.complete(gather(next));
        }
    }
}
