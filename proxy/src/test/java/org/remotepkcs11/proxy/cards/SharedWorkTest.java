package org.remotepkcs11.proxy.cards;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.MemberState;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/** Cards that hold the same key, and users who ask for the same card. */
class SharedWorkTest {
    private static final Pace PACE = new Pace(Duration.ofHours(1), Duration.ofMillis(200), 100);

    @TempDir
    Path memory;
    private final ScriptedCard one = new ScriptedCard("one");
    private final ScriptedCard two = new ScriptedCard("two");
    private final List<Card> inserted = new CopyOnWriteArrayList<>(List.of(one, two));
    private CardWorkers workers;

    @BeforeEach
    void start() {
        workers = CardWorkers.over(List.of(new CardReader() {
            @Override
            public String name() {
                return "scripted";
            }

            @Override
            public int lanes() {
                return 1;
            }

            @Override
            public List<Card> scan(boolean afresh) {
                return List.copyOf(inserted);
            }

            @Override
            public void close() {
                one.close();
            }
        }), CardMemory.in(memory), PACE);
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
        workers.close();
    }

    private CompletableFuture<byte[]> submit(Id user, byte input, String... cards) {
        return submit(user, Id.NONE, input, cards);
    }

    private CompletableFuture<byte[]> submit(Id user, Id key, byte input, String... cards) {
        CardJob job = new CardJob(user, operation(key, input), there -> pin(), Instant.now().plusSeconds(30), there -> { });
        return cards.length == 1 ? workers.submit("scripted:" + cards[0], job) : submitToEither(job);
    }

    private static Operation operation(Id key, byte input) {
        return new Operation(key, Operation.Kind.SIGN, Mechanisms.ECDSA, Operation.NO_PARAMETERS, new byte[] {input});
    }

    private CompletableFuture<byte[]> submitToAny() {
        return submit(Id.NONE, (byte) 7);
    }

    private static void assertRefused(CompletableFuture<byte[]> asked, ErrorCode code) {
        assertThat(asked.handle((done, failure) -> ((RefusedException) failure).code())
                .orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(code);
    }

    private static byte[] get(CompletableFuture<byte[]> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    @Test
    void firstFreeCardDoesTheWorkWhileAnotherIsSlow() throws Exception {
        one.hang();
        CompletableFuture<byte[]> slow = submit(Id.NONE, (byte) 1, "one");
        one.awaitReached();
        for (int i = 0; i < 20; i++) {
            assertThat(get(submitToAny())).containsExactly(7);
        }
        assertThat(two.touched).hasValue(20);
        one.close();
        assertThat(get(slow)).containsExactly(1);
    }

    @Test
    void workOfACardThatFailsIsDoneByAnother() throws Exception {
        one.fail(ErrorCode.CARD_ABSENT);
        for (int i = 0; i < 20; i++) {
            assertThat(get(submitToAny())).containsExactly(7);
        }
        assertThat(two.touched).hasValue(20);
        assertThat(one.touched).hasValueLessThan(20);
    }

    /** OpenSC finds no keys on a card that is pulled at the wrong moment. */
    @Test
    void cardThatDoesNotKnowAKeyThatItShowsFailedAndAnotherDoesItsWork() throws Exception {
        one.fail(ErrorCode.KEY_UNKNOWN);
        Id shown = ScriptedCard.KEY.fingerprint();
        assertRefused(submit(Id.NONE, shown, (byte) 7, "one"), ErrorCode.CARD_FAILED);
        for (int i = 0; i < 20; i++) {
            assertThat(get(submit(Id.NONE, shown, (byte) 7))).containsExactly(7);
        }
        assertRefused(submit(Id.NONE, Id.random(), (byte) 7, "one"), ErrorCode.KEY_UNKNOWN);
    }

    @Test
    void workThatNoCardCanDoIsRefusedWithTheCardsReason() {
        one.fail(ErrorCode.CARD_FAILED);
        two.fail(ErrorCode.CARD_FAILED);
        assertRefused(submitToAny(), ErrorCode.CARD_FAILED);
        assertThat(one.touched.get() + two.touched.get()).isEqualTo(2);
    }

    @Test
    void refusalThatIsNoFaultOfTheCardIsNotTriedElsewhere() {
        one.fail(ErrorCode.INPUT_INVALID);
        two.fail(ErrorCode.INPUT_INVALID);
        assertRefused(submitToAny(), ErrorCode.INPUT_INVALID);
        assertThat(one.touched.get() + two.touched.get()).isEqualTo(1);
    }

    @Test
    void whoAsksForMuchDelaysOthersByOneOperation() throws Exception {
        CountDownLatch release = one.hang();
        submit(Id.NONE, (byte) 0, "one");
        one.awaitReached();
        List<Byte> order = new CopyOnWriteArrayList<>();
        List<CompletableFuture<byte[]>> all = new ArrayList<>();
        Id busy = Id.random();
        for (byte i = 1; i <= 5; i++) {
            all.add(submit(busy, i, "one"));
        }
        all.add(submit(Id.random(), (byte) 100, "one"));
        all.forEach(done -> done.thenAccept(output -> order.add(output[0])));
        release.countDown();
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
        assertThat(order).startsWith((byte) 1, (byte) 100).hasSize(6);
    }

    private CardState state() {
        return workers.find("scripted:one").orElseThrow();
    }

    /** A worker leaves its work a moment after who asked has the answer. */
    private void awaitState(MemberState wanted) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (state().state() != wanted && System.nanoTime() < end) {
            Thread.sleep(1);
        }
        assertThat(state().state()).isEqualTo(wanted);
    }

    @Test
    void whereEachUserStandsInTheQueueIsSeen() throws Exception {
        one.hang();
        submit(Id.NONE, (byte) 0, "one");
        one.awaitReached();
        Id busy = Id.random();
        Id other = Id.random();
        for (byte i = 1; i <= 3; i++) {
            submit(busy, i, "one");
        }
        submit(other, (byte) 9, "one");
        assertThat(state().queue()).containsExactly(new CardState.Queued(busy, 3, 1), new CardState.Queued(other, 1, 2));
        assertThat(state().state()).isEqualTo(MemberState.BUSY);
        assertThat(state().waiting()).isEqualTo(5);
    }

    @Test
    void whoWaitsInVainIsToldAtWhichPlace() throws Exception {
        one.hang();
        submit(Id.NONE, (byte) 0, "one");
        one.awaitReached();
        Id busy = Id.random();
        submit(busy, (byte) 1, "one");
        submit(busy, (byte) 2, "one");
        CompletableFuture<byte[]> late = workers.submit("scripted:one",
                new CardJob(Id.random(), operation(Id.NONE, (byte) 3), there -> pin(), Instant.now().plusMillis(200), there -> { }));
        assertThat(late.handle((done, failure) -> failure.getMessage()).orTimeout(20, TimeUnit.SECONDS).join())
                .contains("place 2 of 3");
    }

    @Test
    void whatTouchedACardSaysSoAlsoIfTheNextIsAway() {
        one.fail(ErrorCode.CARD_FAILED);
        two.fail(ErrorCode.CARD_ABSENT);
        for (int i = 0; i < 5; i++) {
            assertThat(submitToAny().handle((done, failure) -> ((RefusedException) failure).code())
                    .orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(ErrorCode.CARD_FAILED);
        }
    }

    @Test
    void pinThatIsNotTheOneTheCardTookLastIsNotSentToIt() throws Exception {
        CountDownLatch release = one.hang();
        CompletableFuture<byte[]> slow = submit(Id.NONE, (byte) 1, "one");
        one.awaitReached();
        CompletableFuture<Void> renewed = workers.checkPin("scripted:one", CardPin.ofUtf8(new byte[] {2}),
                Instant.now().plusSeconds(30), there -> { });
        CompletableFuture<byte[]> old = submit(Id.NONE, (byte) 3, "one");
        release.countDown();
        get(slow);
        renewed.get(20, TimeUnit.SECONDS);
        assertThat(old.handle((done, failure) -> ((RefusedException) failure).code()).orTimeout(20, TimeUnit.SECONDS)
                .join()).isEqualTo(ErrorCode.CARD_PIN_REFUSED);
        assertThat(one.touched).hasValue(1);
        assertThat(state().state()).isNotEqualTo(MemberState.PIN_REFUSED);
    }

    @Test
    void cardThatFailedAndWorkedAgainIsNotInQuarantine() throws Exception {
        one.fail(ErrorCode.CARD_FAILED);
        CompletableFuture<byte[]> failed = submit(Id.NONE, (byte) 1, "one");
        assertThat(failed.handle((done, failure) -> failure != null).orTimeout(20, TimeUnit.SECONDS).join()).isTrue();
        one.fail(null);
        assertThat(get(submit(Id.NONE, (byte) 2, "one"))).containsExactly(2);
        assertThat(state().state()).isNotEqualTo(MemberState.QUARANTINED);
    }

    private static CardPin pin() {
        return CardPin.ofUtf8(new byte[] {1});
    }

    private static CardJob job(CardJob.Pins pins, CardJob.LastLook look) {
        return new CardJob(Id.NONE, operation(Id.NONE, (byte) 7), pins, Instant.now().plusSeconds(30), look);
    }

    private CompletableFuture<byte[]> submitToEither(CardJob job) {
        return workers.submit(List.of("scripted:one", "scripted:two"), job);
    }

    @Test
    void pinOfNoOtherCardThanTheChosenOneIsOpened() throws Exception {
        one.hang();
        submit(Id.NONE, (byte) 0, "one");
        one.awaitReached();
        List<String> opened = new CopyOnWriteArrayList<>();
        get(submitToEither(job(there -> {
            opened.add(there);
            return pin();
        }, there -> { })));
        assertThat(opened).containsExactly("scripted:two");
    }

    @Test
    void cardWhoseStoredPinDoesNotOpenLeavesTheWorkToAnother() throws Exception {
        CardJob.Pins pins = there -> {
            if (there.equals("scripted:one")) {
                throw new RefusedException(ErrorCode.STATE_UNTRUSTED, "not its pin");
            }
            return pin();
        };
        two.hang();
        CompletableFuture<byte[]> slow = submit(Id.NONE, (byte) 1, "two");
        two.awaitReached();
        CompletableFuture<byte[]> left = submitToEither(job(pins, there -> { }));
        awaitState(MemberState.QUARANTINED);
        two.close();
        assertThat(get(slow)).containsExactly(1);
        assertThat(get(left)).containsExactly(7);
        assertThat(one.touched).hasValue(0);
    }

    @Test
    void cardThatLostTheKeyLeavesTheWorkToAnother() throws Exception {
        one.fail(ErrorCode.KEY_UNKNOWN);
        for (int i = 0; i < 10; i++) {
            assertThat(get(submitToAny())).containsExactly(7);
        }
        assertThat(two.touched).hasValue(10);
    }

    @Test
    void cardThatFailedAndIsPutInAgainGetsNoMoreWorkThanBefore() throws Exception {
        one.fail(ErrorCode.CARD_ABSENT);
        assertRefused(submit(Id.NONE, (byte) 1, "one"), ErrorCode.CARD_ABSENT);
        inserted.remove(one);
        workers.rescan();
        assertThat(state().state()).isEqualTo(MemberState.AWAY);
        inserted.add(one);
        workers.rescan();
        assertThat(state().state()).isEqualTo(MemberState.QUARANTINED);
        one.fail(null);
        get(submit(Id.NONE, (byte) 1, "one"));
        awaitState(MemberState.FREE);
    }

    @Test
    void cardThatMayNoLongerDoTheWorkLeavesItToAnother() throws Exception {
        CardJob job = job(there -> pin(), there -> {
            if (there.equals("scripted:one")) {
                throw new RefusedException(ErrorCode.CARD_ABSENT, "it left");
            }
        });
        for (int i = 0; i < 10; i++) {
            assertThat(get(submitToEither(job))).containsExactly(7);
        }
        assertThat(one.touched).hasValue(0);
        awaitState(MemberState.FREE);
    }

    /** What touched a card is counted: the refusal of the second card must not hide it. */
    @Test
    void failureOfTheCardThatWasTouchedIsToldAlsoIfTheRightEndsBeforeTheNext() throws Exception {
        one.fail(ErrorCode.CARD_FAILED);
        two.fail(ErrorCode.CARD_FAILED);
        AtomicInteger looks = new AtomicInteger();
        CardJob job = job(there -> pin(), there -> {
            if (looks.incrementAndGet() > 1) {
                throw new RefusedException(ErrorCode.DELEGATION_EXPIRED, "its time is over");
            }
        });
        assertRefused(submitToEither(job), ErrorCode.CARD_FAILED);
        assertThat(one.touched.get() + two.touched.get()).isEqualTo(1);
    }
}
