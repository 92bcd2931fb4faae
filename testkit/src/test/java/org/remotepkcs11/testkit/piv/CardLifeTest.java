package org.remotepkcs11.testkit.piv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RefusedException;

/** What becomes of cards that come, go, crash, hang and count, over pcscd, vpcd, OpenSC and our PIV card. */
class CardLifeTest {
    /** Long enough for whatever a loaded machine does to a call that goes well. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @TempDir
    static Path memory;
    private static CardBox box;
    private static long serial = 0x4000_0000_0000_0001L;
    private PivCard card;

    @BeforeAll
    static void open() throws Exception {
        box = CardBox.open(4, memory, PATIENCE);
    }

    @AfterAll
    static void close() {
        box.close();
    }

    @BeforeEach
    void plugIn() throws Exception {
        card = box.plug(0, box.card(serial++));
    }

    @AfterEach
    void unplug() {
        for (int reader = 0; reader < 4; reader++) {
            box.daemon.reader(reader).remove();
        }
    }

    private static void assertRefused(CompletableFuture<byte[]> asked, ErrorCode... codes) {
        assertThatThrownBy(() -> asked.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(RefusedException.class)
                .satisfies(failure -> assertThat(((RefusedException) failure.getCause()).code()).isIn((Object[]) codes));
    }

    private static void assertSigns(PivCard signer, PivKey key) throws Exception {
        assertThat(box.verifies(key, box.sign(signer, key, "123456").get(60, TimeUnit.SECONDS))).isTrue();
    }

    @Test
    void rsaAndEllipticKeysSignAndTheAlwaysAuthenticateKeyGetsItsPinEachTime() throws Exception {
        assertThat(box.description(card).keys()).hasSize(2).anySatisfy(key ->
                assertThat(key.usages()).contains(PrivateKeyObject.Usage.ALWAYS_AUTHENTICATE));
        assertSigns(card, box.rsa);
        assertSigns(card, box.elliptic);
        assertSigns(card, box.elliptic);
        assertSigns(card, box.rsa);
        assertThat(card.operations()).isEqualTo(4);
    }

    @Test
    void whoUsesAnIdleCardMustGiveThePinAnew() throws Exception {
        assertSigns(card, box.rsa);
        assertSigns(card, box.rsa);
        long before = card.pinEntries();
        CardBox.await(() -> {
            box.sign(card, box.rsa, "123456").join();
            sleep(3);
            return card.pinEntries() > before;
        });
    }

    private static void sleep(int seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void pinThatTheCardRefusedIsNotSentAgainAndTheLastTryIsLeft() throws Exception {
        PivCard fresh = box.card(serial++);
        box.daemon.reader(1).insert(fresh);
        CardBox.await(() -> box.isThere(fresh));
        assertRefused(box.sign(fresh, box.rsa, "654321"), ErrorCode.CARD_PIN_REFUSED);
        assertRefused(box.sign(fresh, box.rsa, "654321"), ErrorCode.CARD_PIN_REFUSED);
        assertRefused(box.sign(fresh, box.rsa, "123456"), ErrorCode.CARD_PIN_REFUSED);
        assertThat(fresh.triesLeft()).isEqualTo(2);
        box.checkPin(fresh);
        assertSigns(fresh, box.rsa);
        assertRefused(box.sign(fresh, box.rsa, "654321"), ErrorCode.CARD_PIN_REFUSED);
        assertThat(fresh.triesLeft()).isEqualTo(3);
    }

    @Test
    void cardOnItsLastTryGetsNoStoredPin() throws Exception {
        PivCard worn = box.card(serial++);
        worn.spendTry();
        worn.spendTry();
        box.daemon.reader(1).insert(worn);
        CardBox.await(() -> box.isThere(worn) && box.description(worn).pinState() == PinState.FINAL_TRY);
        assertRefused(box.sign(worn, box.rsa, "123456"), ErrorCode.CARD_PIN_REFUSED);
        assertThat(worn.triesLeft()).isEqualTo(1);
        assertThat(worn.pinEntries()).isZero();
    }

    @Test
    void cardPulledInTheMiddleOfASignatureIsAbsentAndWorksInAnotherReader() throws Exception {
        card.plan().leaveAt(CardPlan.GENERAL_AUTHENTICATE, 0);
        assertRefused(box.sign(card, box.rsa, "123456"), ErrorCode.CARD_ABSENT, ErrorCode.CARD_FAILED);
        CardBox.await(() -> !box.isThere(card));
        assertRefused(box.sign(card, box.rsa, "123456"), ErrorCode.CARD_ABSENT);
        box.daemon.reader(3).insert(card);
        CardBox.await(() -> box.isThere(card));
        assertSigns(card, box.rsa);
    }

    @Test
    void cardThatTakesThePlaceOfAnotherAtOnceIsNoticed() throws Exception {
        for (int swap = 0; swap < 4; swap++) {
            PivCard before = card;
            before.plan().leaveAt(CardPlan.SELECT, swap);
            CardBox.await(() -> box.daemon.reader(0).isEmpty());
            card = box.plug(0, box.card(serial++));
            CardBox.await(() -> !box.isThere(before));
        }
        assertSigns(card, box.rsa);
    }

    @Test
    void cardPulledFromFourWithTheSameKeyLosesNoRequest() throws Exception {
        List<PivCard> cards = new ArrayList<>(List.of(card));
        for (int reader = 1; reader < 4; reader++) {
            cards.add(box.plug(reader, box.card(serial++)));
        }
        cards.forEach(one -> one.plan().signaturesTake(Duration.ofMillis(200)));
        List<CompletableFuture<byte[]>> asked = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            asked.add(box.signByAny(cards, box.rsa));
        }
        PivCard pulled = cards.get(2);
        CardBox.await(() -> pulled.operations() > 1);
        box.daemon.reader(2).remove();
        for (CompletableFuture<byte[]> one : asked) {
            assertThat(box.verifies(box.rsa, one.get(60, TimeUnit.SECONDS))).isTrue();
        }
        assertThat(cards).allMatch(one -> one.operations() > 0);
    }

    @Test
    void cardsWorkAgainAfterTheDaemonWasKilled() throws Exception {
        PivCard other = box.plug(1, box.card(serial++));
        box.daemon.kill();
        CardBox.await(() -> !box.isThere(card) && !box.isThere(other));
        box.daemon.start();
        CardBox.await(() -> box.isThere(card) && box.isThere(other));
        assertSigns(card, box.rsa);
        assertSigns(other, box.rsa);
    }

    @Test
    void crashOfOneProcessFailsNothingButTheOperationItWasAt() throws Exception {
        Set<ProcessHandle> before = new HashSet<>(CardBox.processes());
        PivCard victim = box.plug(1, box.card(serial++));
        ProcessHandle process = CardBox.processes().stream().filter(one -> !before.contains(one)).findFirst().orElseThrow();
        victim.plan().signaturesTake(Duration.ofSeconds(2));
        CompletableFuture<byte[]> lost = box.sign(victim, box.rsa, "123456");
        assertSigns(card, box.rsa);
        process.destroyForcibly();
        assertThatThrownBy(() -> lost.get(60, TimeUnit.SECONDS)).hasMessageContaining("the process of card " + CardBox.source(victim) + " ended");
        assertSigns(card, box.rsa);
        victim.plan().signaturesTake(Duration.ZERO);
        CardBox.await(() -> box.isThere(victim));
        assertSigns(victim, box.rsa);
    }

    @Test
    void moduleThatHangsIsEndedAndStartedAgainAndOtherCardsSignMeanwhile() throws Exception {
        PivCard victim = box.plug(1, box.card(serial++));
        victim.plan().signaturesTake(PATIENCE.plusSeconds(10));
        CompletableFuture<byte[]> stuck = box.sign(victim, box.rsa, "123456");
        assertSigns(card, box.rsa);
        assertThatThrownBy(() -> stuck.get(60, TimeUnit.SECONDS)).hasMessageContaining("did not answer for 15 s and was ended");
        victim.plan().signaturesTake(Duration.ZERO);
        box.daemon.reader(1).insert(victim);
        assertSigns(card, box.rsa);
        CardBox.await(() -> box.isThere(victim));
        assertSigns(victim, box.rsa);
    }

    @Test
    void cardThatAnswersNothingInAnotherReaderHoldsUpNoOther() throws Exception {
        PivCard dead = box.card(serial++);
        dead.plan().commandsTake(PATIENCE.plusSeconds(10));
        box.daemon.reader(1).insert(dead);
        CardBox.await(() -> dead.commands() > 0);
        for (int look = 0; look < 5; look++) {
            sleep(1);
            assertSigns(card, box.rsa);
        }
    }
}
