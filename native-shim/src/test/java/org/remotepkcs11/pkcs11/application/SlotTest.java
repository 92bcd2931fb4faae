package org.remotepkcs11.pkcs11.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.pkcs11.application.Returns.assertReturns;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.MechanismInfo;
import org.remotepkcs11.pkcs11.cryptoki.TokenInfo;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.PinState;

class SlotTest {
    private final SoftwareCards cards = SoftwareCards.with(SoftwareKey.rsa());
    private final Inventory inventory = new Inventory(cards);
    private final Application application = new Application(inventory, Optional.empty(), PinEntry.NONE);
    private final SlotFunctions slots = application.slots();

    @AfterEach
    void close() {
        application.close();
        inventory.close();
    }

    @Test
    void everyCardIsASlotWithTheSameNumberForEver() {
        long slot = slots.list(true, true)[0];
        cards.show(cards.card("Another", PinState.OK, true), cards.card("Demo card", PinState.OK, true));
        assertThat(slots.list(true, true)).hasSize(2).contains(slot);
        try (Inventory fresh = new Inventory(cards)) {
            assertThat(new Application(fresh, Optional.empty(), PinEntry.NONE).slots().list(true, true)).contains(slot);
        }
    }

    @Test
    void tokenInfoTellsOfTheCardAndIsHonestAboutWhatItCan() {
        TokenInfo info = slots.tokenInfo(slots.list(true, true)[0]);
        assertThat(info.label()).isEqualTo("Demo card");
        assertThat(info.serialNumber()).isEqualTo("0123456789ABCDEF");
        assertThat(info.flags()).isEqualTo(CKF.RNG | CKF.LOGIN_REQUIRED | CKF.USER_PIN_INITIALIZED
                | CKF.DUAL_CRYPTO_OPERATIONS | CKF.TOKEN_INITIALIZED);
    }

    @ParameterizedTest
    @CsvSource({"OK, 0", "COUNT_LOW, 0x10000", "FINAL_TRY, 0x30000", "LOCKED, 0x40000"})
    void stateOfThePinIsShown(PinState state, String flags) {
        cards.show(cards.card("Demo card", state, true));
        long shown = slots.tokenInfo(slots.list(true, true)[0]).flags() & 0xFF0000;
        assertThat(shown).isEqualTo(Long.decode(flags));
    }

    @Test
    void slotWithoutItsCardIsEmpty() {
        cards.show(cards.card("Demo card", PinState.OK, false));
        assertThat(slots.list(true, true)).isEmpty();
        long slot = slots.list(false, true)[0];
        assertThat(slots.info(slot).flags() & CKF.TOKEN_PRESENT).isZero();
        assertReturns(CKR.TOKEN_NOT_PRESENT, () -> slots.tokenInfo(slot));
        assertReturns(CKR.TOKEN_NOT_PRESENT, () -> application.sessions().open(slot, CKF.SERIAL_SESSION));
        assertReturns(CKR.SLOT_ID_INVALID, () -> slots.info(slot + 1));
    }

    @Test
    void emptySlotExplainsWhyThereAreNoCards() {
        cards.refuseEverything(ErrorCode.UNREACHABLE);
        assertThat(slots.list(true, true)).isEmpty();
        long slot = slots.list(false, false)[0];
        assertThat(slots.info(slot).description()).contains("UNREACHABLE");
        assertReturns(CKR.TOKEN_NOT_PRESENT, () -> slots.tokenInfo(slot));
    }

    @Test
    void unreachableProxyIsNotAskedAtEveryCallButWhenTheUserLooks() {
        cards.refuseEverything(ErrorCode.UNREACHABLE);
        slots.list(false, true);
        slots.list(false, false);
        slots.info(Inventory.EXPLAINING_SLOT);
        assertThat(cards.snapshots).hasValue(1);
        cards.refuseEverything(null);
        assertThat(slots.list(true, true)).hasSize(1);
    }

    @Test
    void cardsStayWhileTheProxyCannotBeReached() {
        long slot = slots.list(true, true)[0];
        cards.refuseEverything(ErrorCode.UNREACHABLE);
        assertThat(slots.list(true, true)).containsExactly(slot);
        assertThat(slots.tokenInfo(slot).label()).isEqualTo("Demo card");
    }

    @Test
    void hostThatNamesATokenSeesNoOther() {
        cards.show(cards.card("Another", PinState.OK, true), cards.card("Demo card", PinState.OK, true));
        Application narrow = new Application(inventory, Optional.of("Another"), PinEntry.NONE);
        long[] shown = narrow.slots().list(true, true);
        assertThat(shown).hasSize(1);
        assertThat(narrow.slots().tokenInfo(shown[0]).label()).isEqualTo("Another");
        long hidden = slots.list(true, true)[1];
        assertReturns(CKR.SLOT_ID_INVALID, () -> narrow.slots().tokenInfo(hidden));
    }

    @Test
    void blockedCallerLearnsOfACardThatIsPulled() throws Exception {
        long slot = slots.list(true, true)[0];
        CompletableFuture<Long> waiting = CompletableFuture.supplyAsync(() -> slots.waitForEvent(0));
        cards.show(cards.card("Demo card", PinState.OK, false));
        assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo(slot);
        assertReturns(CKR.NO_EVENT, () -> slots.waitForEvent(CKF.DONT_BLOCK));
    }

    @Test
    void eventIsPolledOnce() {
        long slot = slots.list(true, true)[0];
        assertReturns(CKR.NO_EVENT, () -> slots.waitForEvent(CKF.DONT_BLOCK));
        cards.show(cards.card("Demo card", PinState.OK, false));
        slots.list(false, true);
        assertThat(slots.waitForEvent(CKF.DONT_BLOCK)).isEqualTo(slot);
        assertReturns(CKR.NO_EVENT, () -> slots.waitForEvent(CKF.DONT_BLOCK));
    }

    @Test
    void applicationThatBeganWhenTheSlotsWereKnownLearnsOfTheFirstChangeToo() {
        long slot = slots.list(true, true)[0];
        Application later = new Application(inventory, Optional.empty(), PinEntry.NONE);
        assertThat(later.slots().list(true, true)).containsExactly(slot);
        assertReturns(CKR.NO_EVENT, () -> later.slots().waitForEvent(CKF.DONT_BLOCK));
        cards.show(cards.card("Demo card", PinState.OK, false));
        slots.list(false, true);
        assertThat(later.slots().waitForEvent(CKF.DONT_BLOCK)).isEqualTo(slot);
    }

    @Test
    void finalizeEndsTheWait() {
        slots.list(true, true);
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(
                () -> assertReturns(CKR.CRYPTOKI_NOT_INITIALIZED, () -> slots.waitForEvent(0)));
        application.close();
        assertThat(waiting).succeedsWithin(10, TimeUnit.SECONDS);
        assertReturns(CKR.CRYPTOKI_NOT_INITIALIZED, () -> slots.list(true, true));
    }

    @Test
    void mechanismsOfTheCardsKeysAreTheCardsOthersAreLocal() {
        cards.knowing(java.util.Set.of(CKM.RSA_PKCS));
        long slot = slots.list(true, true)[0];
        assertThat(info(slot, CKM.SHA256_RSA_PKCS).can(CKF.SIGN)).isTrue();
        assertThat(info(slot, CKM.RSA_PKCS_PSS).can(CKF.SIGN)).isFalse();
        assertThat(info(slot, CKM.RSA_PKCS_PSS).can(CKF.VERIFY)).isTrue();
        assertThat(info(slot, CKM.RSA_PKCS_OAEP).can(CKF.DECRYPT)).isFalse();
        assertThat(info(slot, CKM.ECDSA).can(CKF.SIGN)).as("of session keys").isTrue();
        assertThat(info(slot, CKM.RSA_PKCS).can(CKF.HW)).isTrue();
        assertReturns(CKR.MECHANISM_INVALID, () -> slots.mechanismInfo(slot, 0x7777));
    }

    @Test
    void bareRsaOnTheCardBringsEveryFormat() {
        cards.knowing(java.util.Set.of(CKM.RSA_X_509));
        long slot = slots.list(true, true)[0];
        assertThat(info(slot, CKM.SHA512_RSA_PKCS_PSS).can(CKF.SIGN)).isTrue();
        assertThat(info(slot, CKM.RSA_PKCS_OAEP).can(CKF.DECRYPT)).isTrue();
    }

    @Test
    void encryptionStandsWhereverDecryptionDoesAndDigestsAreListed() {
        long slot = slots.list(true, true)[0];
        for (long type : slots.mechanisms(slot)) {
            MechanismInfo info = info(slot, type);
            assertThat(!info.can(CKF.DECRYPT) || info.can(CKF.ENCRYPT)).as(CKM.name(type)).isTrue();
        }
        assertThat(slots.mechanisms(slot)).contains(CKM.SHA_1, CKM.SHA256, CKM.SHA384, CKM.SHA512);
    }

    private MechanismInfo info(long slot, long type) {
        return slots.mechanismInfo(slot, type);
    }

    @Test
    void tokensAreNotInitialisedByTheirUsers() {
        long slot = slots.list(true, true)[0];
        assertReturns(CKR.FUNCTION_NOT_SUPPORTED, () -> slots.initToken(slot));
    }
}
