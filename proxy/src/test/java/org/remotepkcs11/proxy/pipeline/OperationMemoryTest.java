package org.remotepkcs11.proxy.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;

class OperationMemoryTest {
    private final MovableClock clock = new MovableClock();
    private final OperationMemory memory = new OperationMemory(clock);
    private final Id user = Id.random();
    private final Id operation = Id.random();
    private final Id input = Id.random();
    private final AtomicInteger runs = new AtomicInteger();
    private final CompletableFuture<Outcome> underWay = new CompletableFuture<>();

    @Test
    void repeatJoinsTheOneUnderWay() {
        CompletableFuture<Outcome> first = ask(user, input);
        CompletableFuture<Outcome> second = ask(user, input);
        underWay.complete(new Outcome.LoggedIn());
        assertThat(first.join()).isSameAs(second.join());
        assertThat(runs).hasValue(1);
    }

    @Test
    void repeatIsAnsweredFromMemoryForAShortWhile() {
        ask(user, input);
        underWay.complete(used(new Outcome.Result.Output(new byte[64])));
        clock.move(Duration.ofSeconds(100));
        assertThat(ask(user, input)).isCompleted();
        assertThat(runs).hasValue(1);
        clock.move(Duration.ofSeconds(100));
        ask(user, input);
        assertThat(runs).hasValue(2);
    }

    @Test
    void otherInputIsAConflict() {
        ask(user, input);
        assertThat(ask(user, Id.random())).failsWithin(Duration.ZERO).withThrowableThat().havingCause()
                .isInstanceOf(RefusedException.class).withMessageContaining(ErrorCode.OPERATION_CONFLICT.name());
        assertThat(runs).hasValue(1);
    }

    @Test
    void anotherUsersOperationOfTheSameIdIsAnother() {
        ask(user, input);
        ask(Id.random(), input);
        assertThat(runs).hasValue(2);
    }

    @Test
    void failureIsForgottenAtOnce() {
        ask(user, input);
        underWay.complete(used(new Outcome.Result.Failed(Refusal.of(ErrorCode.CARD_ABSENT, "no card"))));
        ask(user, input);
        assertThat(runs).hasValue(2);
        assertThat(memory.size()).isZero();
    }

    @Test
    void failureIsRememberedWhileACardIsStillAtIt() {
        CompletableFuture<Void> through = new CompletableFuture<>();
        OperationMemory.Action late = new OperationMemory.Action(() -> {
            runs.incrementAndGet();
            return underWay;
        }, through);
        memory.once(user, operation, input, late);
        underWay.complete(used(new Outcome.Result.Failed(Refusal.of(ErrorCode.DEADLINE_PASSED, "late"))));
        memory.once(user, operation, input, late);
        assertThat(runs).hasValue(1);
        through.complete(null);
        memory.once(user, operation, input, late);
        assertThat(runs).hasValue(2);
    }

    @Test
    void brokenActionFailsThoseWhoWait() {
        CompletableFuture<Outcome> asked = memory.once(user, operation, input, action(() -> {
            throw new IllegalStateException("broken");
        }));
        assertThat(asked).isCompletedExceptionally();
        assertThat(memory.size()).isZero();
    }

    @Test
    void largeOutcomesPushOldOnesOut() {
        for (int i = 0; i < 3_000; i++) {
            Outcome large = used(new Outcome.Result.Output(new byte[64 * 1024]));
            memory.once(user, Id.random(), input, action(() -> CompletableFuture.completedFuture(large)));
        }
        memory.forgetOld();
        assertThat(memory.size()).isBetween(900, 1024);
    }

    private static OperationMemory.Action action(Supplier<CompletableFuture<Outcome>> start) {
        return new OperationMemory.Action(start, CompletableFuture.completedFuture(null));
    }

    private CompletableFuture<Outcome> ask(Id who, Id what) {
        return memory.once(who, operation, what, action(() -> {
            runs.incrementAndGet();
            return underWay;
        }));
    }

    private static Outcome used(Outcome.Result result) {
        return new Outcome.Used(List.of(result));
    }
}
