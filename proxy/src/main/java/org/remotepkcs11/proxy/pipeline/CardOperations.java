package org.remotepkcs11.proxy.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.remotepkcs11.proxy.access.Admission;
import org.remotepkcs11.proxy.access.CardCheck;
import org.remotepkcs11.proxy.access.Gate;
import org.remotepkcs11.proxy.access.Granted;
import org.remotepkcs11.proxy.access.Recorded;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.proxy.cards.CardJob;
import org.remotepkcs11.proxy.cards.CardState;
import org.remotepkcs11.proxy.cards.CardWorkers;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.ReceivedRequest;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;

/** What was granted is done by a card, and what became of it is recorded. */
final class CardOperations {
    /**
     * How long a request waits for its card.
     *
     * @param usual   where the request does not say
     * @param longest whatever it says
     */
    record Deadlines(Duration usual, Duration longest) {
        Instant of(Duration asked) {
            Duration wanted = asked.isZero() ? usual : asked;
            return Instant.now().plus(wanted.compareTo(longest) > 0 ? longest : wanted);
        }
    }

    private final Gate gate;
    private final CardWorkers cards;
    private final OperationMemory memory;
    private final Deadlines deadlines;

    CardOperations(Gate gate, CardWorkers cards, OperationMemory memory, Deadlines deadlines) {
        this.gate = gate;
        this.cards = cards;
        this.memory = memory;
        this.deadlines = deadlines;
    }

    /** The card is touched once for an operation, however often it is asked for. */
    CompletableFuture<Concluded> use(Granted granted, ReceivedRequest request, Laps laps) {
        Request.Use use = (Request.Use) request.request();
        Instant deadline = deadlines.of(use.deadline());
        return memory.once(request.header().user(), request.header().operation(), request.inputHash(),
                        new OperationMemory.Action(() -> apply(granted, use.operations(), deadline), granted.through()))
                .exceptionally(failure -> new Outcome.Refused(Refusals.of(failure)))
                .whenComplete((outcome, none) -> {
                    laps.end(Laps.Stage.CARD);
                    granted.close();
                })
                .thenCompose(outcome -> conclude(granted, outcome))
                .whenComplete((concluded, failure) -> laps.end(Laps.Stage.RECORD));
    }

    private CompletableFuture<Outcome> apply(Granted granted, List<Operation> operations, Instant deadline) {
        List<CompletableFuture<Outcome.Result>> results = IntStream.range(0, operations.size())
                .mapToObj(i -> cards.submit(granted.members(operations.get(i)), new CardJob(granted.user().id(),
                                operations.get(i), granted, deadline, granted.lastLook(i)))
                        .handle(CardOperations::result))
                .toList();
        return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                .thenApply(all -> new Outcome.Used(results.stream().map(CompletableFuture::join).toList()));
    }

    private static Outcome.Result result(byte[] output, Throwable failure) {
        return failure == null ? new Outcome.Result.Output(output)
                : new Outcome.Result.Failed(Refusals.of(failure));
    }

    private CompletableFuture<Concluded> conclude(Admission.Pending pending, Outcome outcome) {
        return gate.conclude(pending, outcome).thenApply(recorded -> new Concluded(outcome, recorded));
    }

    /** An owner's card must take the PIN before the proxy keeps it. */
    CompletableFuture<Concluded> check(CardCheck check, ReceivedRequest request) {
        AtomicReference<Recorded> settled = new AtomicReference<>();
        return memory.once(request.header().user(), request.header().operation(), request.inputHash(),
                        new OperationMemory.Action(() -> settle(check).thenApply(concluded -> {
                            settled.set(concluded.recorded());
                            return concluded.outcome();
                        }), check.through()))
                .exceptionally(failure -> new Outcome.Refused(Refusals.of(failure)))
                .thenCompose(outcome -> settled.get() == null ? conclude(check, outcome)
                        : CompletableFuture.completedFuture(new Concluded(outcome, settled.get())))
                .whenComplete((concluded, failure) -> check.close());
    }

    private CompletableFuture<Concluded> settle(CardCheck check) {
        return cards.checkPin(check.source(), check.pin(), deadlines.of(Duration.ZERO), check)
                .thenCompose(taken -> shown(check.source()))
                .thenCompose(description -> gate.settle(check, description))
                .thenApply(CardOperations::concluded);
    }

    private CompletableFuture<CardDescription> shown(String source) {
        return cards.find(source).map(CardState::description).map(CompletableFuture::completedFuture)
                .orElseGet(() -> CompletableFuture.failedFuture(
                        new RefusedException(ErrorCode.CARD_ABSENT, "card " + source + " is not there")));
    }

    private static Concluded concluded(Admission settled) {
        return settled instanceof Admission.Done done ? new Concluded(done.outcome(), done.recorded())
                : Concluded.refused(((Admission.Denied) settled).refusal(), ((Admission.Denied) settled).recorded());
    }
}
