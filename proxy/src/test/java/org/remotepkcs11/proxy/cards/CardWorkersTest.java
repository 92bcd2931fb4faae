package org.remotepkcs11.proxy.cards;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

class CardWorkersTest {
    private static final Pace PACE = new Pace(Duration.ofHours(1), Duration.ofMillis(300), 3);

    @TempDir
    Path memory;
    private final ScriptedCard one = new ScriptedCard("one");
    private final ScriptedCard two = new ScriptedCard("two");
    private final List<Card> inserted = new CopyOnWriteArrayList<>(List.of(one, two));
    private final CardPin pin = CardPin.ofUtf8("planted".getBytes(StandardCharsets.UTF_8));
    private CardWorkers workers;

    @BeforeEach
    void start() {
        workers = CardWorkers.over(List.of(new ScriptedReader()), CardMemory.in(memory), PACE);
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
        workers.close();
    }

    private final class ScriptedReader implements CardReader {
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
            inserted.clear();
        }
    }

    @Test
    void aCardThatHangsHarmsNoOther() throws Exception {
        one.hang();
        CompletableFuture<byte[]> stuck = submit("one", Duration.ofMillis(100));
        assertThat(submit("two", Duration.ofSeconds(10)).join()).containsExactly(7);
        assertThat(codeOf(stuck)).isEqualTo(ErrorCode.DEADLINE_PASSED);
    }

    @Test
    void whoeverStopsWaitingNeverReachesTheCard() throws Exception {
        CountDownLatch release = one.hang();
        CompletableFuture<byte[]> first = submit("one", Duration.ofSeconds(10));
        one.awaitReached();
        CompletableFuture<byte[]> late = submit("one", Duration.ofMillis(50));
        submit("one", Duration.ofSeconds(10)).cancel(false);
        assertThat(codeOf(late)).isEqualTo(ErrorCode.DEADLINE_PASSED);
        release.countDown();
        assertThat(first.join()).containsExactly(7);
        assertThat(submit("one", Duration.ofSeconds(10)).join()).containsExactly(7);
        assertThat(one.touched).hasValue(2);
    }

    @Test
    void aRevokedOperationInTheQueueNeverReachesTheCard() throws Exception {
        CountDownLatch release = one.hang();
        submit("one", Duration.ofSeconds(10));
        one.awaitReached();
        CompletableFuture<byte[]> revoked = submit("one", Duration.ofSeconds(10), there -> {
            throw new RefusedException(ErrorCode.DELEGATION_REVOKED, "taken back");
        });
        release.countDown();
        assertThat(codeOf(revoked)).isEqualTo(ErrorCode.DELEGATION_REVOKED);
        assertThat(one.touched).hasValue(1);
    }

    @Test
    void aFullQueueRefusesAtOnceAndItsLengthIsSeen() throws Exception {
        one.hang();
        submit("one", Duration.ofSeconds(10));
        one.awaitReached();
        for (int i = 0; i < PACE.queue(); i++) {
            submit("one", Duration.ofSeconds(10));
        }
        assertThat(workers.find("scripted:one").orElseThrow().waiting()).isEqualTo(1 + PACE.queue());
        assertThat(codeOf(submit("one", Duration.ofSeconds(10)))).isEqualTo(ErrorCode.CARD_BUSY);
    }

    @Test
    void aPastDeadlineIsNotEvenQueued() {
        assertThat(codeOf(submit("one", Duration.ofMillis(-1)))).isEqualTo(ErrorCode.DEADLINE_PASSED);
        assertThat(one.touched).hasValue(0);
    }

    @Test
    void aPulledCardIsAbsentAndListenersHearOfIt() {
        List<Boolean> seen = new CopyOnWriteArrayList<>();
        workers.onChange(() -> seen.add(workers.find("scripted:one").orElseThrow().present()));
        inserted.remove(one);
        workers.rescan();
        assertThat(codeOf(submit("one", Duration.ofSeconds(1)))).isEqualTo(ErrorCode.CARD_ABSENT);
        inserted.add(one);
        workers.rescan();
        assertThat(seen).containsExactly(false, true);
    }

    @Test
    void aCardNeverSeenIsUnknown() {
        assertThat(codeOf(submit("three", Duration.ofSeconds(1)))).isEqualTo(ErrorCode.CARD_UNKNOWN);
    }

    @Test
    void aRefusedStoredPinIsNotSentAgainUntilTheOwnerGivesItAnew() {
        one.fail(ErrorCode.CARD_PIN_REFUSED);
        assertThat(codeOf(submit("one", Duration.ofSeconds(1)))).isEqualTo(ErrorCode.CARD_PIN_REFUSED);
        assertThat(codeOf(submit("one", Duration.ofSeconds(1)))).isEqualTo(ErrorCode.CARD_PIN_REFUSED);
        assertThat(one.touched).hasValue(1);
        workers.checkPin("scripted:one", pin, Instant.now().plusSeconds(1), there -> { }).join();
        assertThat(submit("one", Duration.ofSeconds(1)).join()).containsExactly(7);
    }

    @Test
    void pinThatWaitsIsNotSentOnceTheRightIsGone() throws Exception {
        CountDownLatch release = one.hang();
        submit("one", Duration.ofSeconds(10));
        one.awaitReached();
        CompletableFuture<Void> revoked =
                workers.checkPin("scripted:one", pin, Instant.now().plusSeconds(10), there -> {
                    throw new RefusedException(ErrorCode.DELEGATION_REVOKED, there + " is taken back");
                });
        release.countDown();
        assertThat(codeOf(revoked)).isEqualTo(ErrorCode.DELEGATION_REVOKED);
        assertThat(one.pinChecks).hasValue(0);
    }

    @Test
    void closingRefusesWhatWaitsAndDoesNotWaitForWhatHangs() throws Exception {
        one.hang();
        submit("one", Duration.ofSeconds(60));
        one.awaitReached();
        CompletableFuture<byte[]> waiting = submit("one", Duration.ofSeconds(60));
        workers.close();
        assertThat(codeOf(waiting)).isEqualTo(ErrorCode.CARD_BUSY);
    }

    @Test
    void thePinMayBeWipedAsSoonAsTheFutureIsDone() throws Exception {
        CountDownLatch release = one.hang();
        submit("one", Duration.ofSeconds(10));
        one.awaitReached();
        CardPin short1 = CardPin.ofUtf8(pin.utf8());
        CompletableFuture<byte[]> late = workers.submit("scripted:one", job(short1, Duration.ofMillis(50), there -> { }));
        assertThat(codeOf(late)).isEqualTo(ErrorCode.DEADLINE_PASSED);
        short1.close();
        release.countDown();
        assertThat(submit("one", Duration.ofSeconds(10)).join()).containsExactly(7);
    }

    private CompletableFuture<byte[]> submit(String card, Duration patience) {
        return submit(card, patience, there -> { });
    }

    private CompletableFuture<byte[]> submit(String card, Duration patience, CardJob.LastLook lastLook) {
        return workers.submit("scripted:" + card, job(pin, patience, lastLook));
    }

    private static CardJob job(CardPin pin, Duration patience, CardJob.LastLook lastLook) {
        Operation operation = new Operation(Id.NONE, Operation.Kind.SIGN, Mechanisms.ECDSA, Operation.NO_PARAMETERS,
                new byte[] {7});
        return new CardJob(Id.NONE, operation, there -> CardPin.ofUtf8(pin.utf8()), Instant.now().plus(patience), lastLook);
    }

    private static ErrorCode codeOf(CompletableFuture<?> future) {
        return future.handle((value, failure) -> ((RefusedException) failure).code()).join();
    }
}
