package org.remotepkcs11.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.MessageBounds;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.PinDerivation;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;

final class LaneTest {
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final Queue<Integer> batches = new ConcurrentLinkedQueue<>();
    private final Login login = login(1);

    @AfterEach
    void stop() throws InterruptedException {
        callers.shutdownNow();
        assertThat(callers.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aLoneOperationLeavesAtOnceAndAlone() throws Exception {
        Lane lane = new Lane(this::echo);
        assertThat(lane.apply(login, operation(7), soon())).containsExactly(7);
        assertThat(lane.apply(login, operation(8), soon())).containsExactly(8);
        assertThat(batches).containsExactly(1, 1);
    }

    @Test
    void operationsGatherWhileRequestsFly() throws Exception {
        Semaphore gate = new Semaphore(0);
        CountDownLatch flying = new CountDownLatch(Lane.IN_FLIGHT);
        Lane lane = new Lane((used, operations, deadline) -> {
            flying.countDown();
            gate.acquireUninterruptibly();
            return echo(used, operations, deadline);
        });
        List<Future<byte[]>> first = start(lane, 0, Lane.IN_FLIGHT);
        flying.await();
        List<Future<byte[]>> more = start(lane, Lane.IN_FLIGHT, 100);
        gate.release(1000);
        assertAnswered(first, 0);
        assertAnswered(more, Lane.IN_FLIGHT);
        assertThat(batches).hasSizeLessThan(100).allMatch(size -> size <= MessageBounds.MAX_OPERATIONS);
        assertThat(batches.stream().mapToInt(Integer::intValue).sum()).isEqualTo(100);
    }

    @Test
    void slowAnswersDoNotHoldOthersBack() throws Exception {
        int operations = 20;
        CountDownLatch allUnderWay = new CountDownLatch(operations);
        Lane lane = new Lane((used, batch, deadline) -> {
            batch.forEach(operation -> allUnderWay.countDown());
            await(allUnderWay);
            return echo(used, batch, deadline);
        });
        assertAnswered(start(lane, 0, operations), 0);
    }

    @Test
    void oneClientLeavesRoomForOthersInTheCardsQueue() throws Exception {
        AtomicInteger underWay = new AtomicInteger();
        Queue<Integer> seen = new ConcurrentLinkedQueue<>();
        Lane lane = new Lane((used, batch, deadline) -> {
            seen.add(underWay.addAndGet(batch.size()));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            underWay.addAndGet(-batch.size());
            return echo(used, batch, deadline);
        });
        List<Future<byte[]>> answers = start(lane, 0, 2_000);
        for (Future<byte[]> answer : answers) {
            assertThat(answer.get()).hasSize(1);
        }
        assertThat(seen).allMatch(operations -> operations < Lane.MOST_OPERATIONS + 5 * MessageBounds.MAX_OPERATIONS);
    }

    @Test
    void everyRiderLearnsWhyTheRequestWasRefused() throws Exception {
        Lane lane = new Lane((used, operations, deadline) -> {
            throw new RefusedException(ErrorCode.DELEGATION_REVOKED, "revoked");
        });
        for (Future<byte[]> answer : start(lane, 0, 50)) {
            assertThatThrownBy(answer::get).rootCause().isInstanceOfSatisfying(RefusedException.class,
                    refused -> assertThat(refused.code()).isEqualTo(ErrorCode.DELEGATION_REVOKED));
        }
    }

    @Test
    void operationsOfOtherPinsRideApart() throws Exception {
        Lane lane = new Lane((used, operations, deadline) -> {
            assertThat(operations).allMatch(operation -> operation.input()[0] % 2 == number(used));
            return echo(used, operations, deadline);
        });
        Login other = login(0);
        List<Future<byte[]>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int number = i % 100;
            answers.add(callers.submit(() -> lane.apply(number % 2 == 1 ? login : other, operation(number), soon())));
        }
        for (Future<byte[]> answer : answers) {
            assertThat(answer.get()).hasSize(1);
        }
    }

    @Test
    void aRiderLeavesWhenItsDeadlinePassesAndTheLaneGoesOn() throws Exception {
        Semaphore gate = new Semaphore(0);
        Lane lane = new Lane((used, operations, deadline) -> {
            gate.acquireUninterruptibly();
            return echo(used, operations, deadline);
        });
        start(lane, 0, Lane.IN_FLIGHT);
        CountDownLatch left = new CountDownLatch(1);
        for (int i = 0; i < 20; i++) {
            callers.submit(() -> countRefusal(lane, left));
        }
        await(left);
        gate.release(1000);
        assertThat(lane.apply(login, operation(3), soon())).containsExactly(3);
    }

    private byte[] countRefusal(Lane lane, CountDownLatch left) throws RefusedException {
        try {
            return lane.apply(login, operation(1), Deadline.in(Duration.ofMillis(50)));
        } catch (RefusedException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_PASSED);
            left.countDown();
            throw e;
        }
    }

    @Test
    void thousandsOfCallersAreAllAnswered() throws Exception {
        assertAnswered(start(new Lane(this::echo), 0, 2000), 0);
    }

    @Test
    void whatTheCardsQueueHadNoRoomForIsAskedForAgainWithoutTheRest() throws Exception {
        Lane.Carrier half = (used, operations, deadline) -> {
            List<Outcome.Result> results = new ArrayList<>(echo(used, operations, deadline));
            for (int i = 1; i < results.size(); i += 2) {
                results.set(i, new Outcome.Result.Failed(Refusal.of(ErrorCode.CARD_BUSY, "full")));
            }
            return results;
        };
        List<Operation> operations = List.of(operation(0), operation(1), operation(2), operation(3), operation(4));
        assertThat(BusyCard.askedAgain(half).carry(login, operations, soon())).extracting(
                        result -> ((Outcome.Result.Output) result).value()[0])
                .containsExactly((byte) 0, (byte) 1, (byte) 2, (byte) 3, (byte) 4);
        assertThat(batches).containsExactly(5, 2, 1);
    }

    private List<Future<byte[]>> start(Lane lane, int from, int to) {
        List<Future<byte[]>> answers = new ArrayList<>();
        for (int i = from; i < to; i++) {
            int number = i;
            answers.add(callers.submit(() -> lane.apply(login, operation(number), soon())));
        }
        return answers;
    }

    private static void assertAnswered(List<Future<byte[]>> answers, int from) throws Exception {
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).get(20, TimeUnit.SECONDS)).containsExactly((byte) (from + i));
        }
    }

    private List<Outcome.Result> echo(Login used, List<Operation> operations, Deadline deadline) {
        batches.add(operations.size());
        return operations.stream().<Outcome.Result>map(
                operation -> new Outcome.Result.Output(operation.input())).toList();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Deadline soon() {
        return Deadline.in(Duration.ofSeconds(30));
    }

    private static Operation operation(int number) {
        return new Operation(Id.NONE, Operation.Kind.SIGN, 1, Operation.NO_PARAMETERS, new byte[] {(byte) number});
    }

    private static Login login(int number) {
        byte[] proof = new byte[32];
        proof[0] = (byte) (number + 1);
        RemoteCard card = new RemoteCard(Id.random(), new RemoteCard.Token("card", Integer.toString(number), "", ""), "owner",
                Id.random(), PinDerivation.fresh(), PinState.OK, true, Set.of(), List.of(), List.of(),
                Optional.empty(), Optional.empty());
        return new Login(card, proof);
    }

    private static int number(Login used) {
        return Integer.parseInt(used.card().token().serialNumber());
    }
}
