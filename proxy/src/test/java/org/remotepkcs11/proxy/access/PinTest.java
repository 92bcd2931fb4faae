package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.proxy.access.Denials.denied;
import static org.remotepkcs11.proxy.access.Denials.granted;
import static org.remotepkcs11.proxy.access.Denials.refusal;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.PinDerivation;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Secret;

class PinTest {
    private static final byte[] SEALED = {0x30, 1, 2, 3};

    @TempDir
    private Path dir;
    private Office office;
    private Person alice;
    private Id card;
    private Id delegation;

    @BeforeEach
    void open() throws Exception {
        office = Office.in(dir);
        alice = office.user("alice");
        card = office.addCard("seal", Office.SOURCE);
        delegation = office.delegate(card, alice, Limits.NONE);
    }

    @AfterEach
    void close() {
        office.close();
    }

    private Refusal wrong() throws Exception {
        return refusal(office.ask(alice, Office.use(card, office.sign()), Secret.ofPinProof(Office.proof("wrong"))));
    }

    private PinState shown() throws Exception {
        return office.access().directory().snapshot(alice.caller().fingerprint()).cards().get(0).pinState();
    }

    @Test
    void triesAreCountedDownAndThenThePinIsLocked() throws Exception {
        assertThat(wrong().triesLeft()).isEqualTo(2);
        assertThat(shown()).isEqualTo(PinState.COUNT_LOW);
        assertThat(wrong().triesLeft()).isEqualTo(1);
        assertThat(shown()).isEqualTo(PinState.FINAL_TRY);
        Refusal last = wrong();
        assertThat(last.code()).isEqualTo(ErrorCode.PIN_WRONG);
        assertThat(last.triesLeft()).isZero();
        assertThat(shown()).isEqualTo(PinState.LOCKED);
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.PIN_LOCKED);
    }

    @Test
    void rightPinForgetsTheWrongOnes() throws Exception {
        wrong();
        wrong();
        granted(office.use(alice, card, office.sign()));
        assertThat(shown()).isEqualTo(PinState.OK);
        assertThat(wrong().triesLeft()).isEqualTo(2);
    }

    @Test
    void ownerUnlocks() throws Exception {
        wrong();
        wrong();
        wrong();
        office.ask(office.olga, new Administration.Unlock(delegation), Secret.none());
        granted(office.use(alice, card, office.sign()));
    }

    private Admission renew(String virtualPinOf, String cardPin) throws Exception {
        Admission asked = office.ask(office.olga, new Administration.RenewCardPin(card, ""),
                Secret.of(Office.proof(virtualPinOf), new byte[0], cardPin.getBytes(StandardCharsets.UTF_8)));
        if (asked instanceof CardCheck check) {
            check.close();
        }
        return asked;
    }

    private void lockTheOwnersOwn() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(denied(renew("eve", Office.CARD_PIN))).isEqualTo(ErrorCode.PIN_WRONG);
        }
        Refusal locked = refusal(office.use(office.olga, card, office.sign()));
        assertThat(locked.code()).isEqualTo(ErrorCode.PIN_LOCKED);
        assertThat(locked.detail()).contains("rpkcs11 card pin");
    }

    @Test
    void ownersOwnPinIsUnlockedByItAndTheCardsPinTogether() throws Exception {
        lockTheOwnersOwn();
        assertThat(denied(renew("olga", "1234"))).isEqualTo(ErrorCode.PIN_LOCKED);
        assertThat(denied(renew("eve", Office.CARD_PIN))).isEqualTo(ErrorCode.PIN_LOCKED);
        assertThat(renew("olga", Office.CARD_PIN)).isInstanceOf(CardCheck.class);
        granted(office.use(office.olga, card, office.sign()));
    }

    @Test
    void thereAreOnlySoManyTriesToUnlockIt() throws Exception {
        lockTheOwnersOwn();
        for (int i = 0; i < 3; i++) {
            assertThat(denied(renew("olga", "1234"))).isEqualTo(ErrorCode.PIN_LOCKED);
        }
        assertThat(denied(renew("olga", Office.CARD_PIN))).isEqualTo(ErrorCode.PIN_LOCKED);
    }

    @Test
    void onePersonsWrongPinsLockNobodyElse() throws Exception {
        Person bob = office.user("bob");
        office.delegate(card, bob, Limits.NONE);
        wrong();
        wrong();
        wrong();
        granted(office.use(bob, card, office.sign()));
        granted(office.use(office.olga, card, office.sign()));
    }

    @Test
    void anothersPinIsWrong() throws Exception {
        office.delegate(card, office.user("bob"), Limits.NONE);
        assertThat(refusal(office.ask(alice, Office.use(card, office.sign()),
                Secret.ofPinProof(Office.proof("bob")))).code()).isEqualTo(ErrorCode.PIN_WRONG);
    }

    @Test
    void changedPinReplacesTheOldOne() throws Exception {
        PinDerivation next = Office.quick();
        Admission.Done done = (Admission.Done) changePin(Id.random(), next);
        assertThat(done.outcome()).isEqualTo(new Outcome.PinChanged());
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.PIN_WRONG);
        granted(office.ask(alice, Office.use(card, office.sign()), Secret.ofPinProof(Office.proof("new"))));
        assertThat(office.access().directory().snapshot(alice.caller().fingerprint()).cards().get(0).pin())
                .isEqualTo(next);
    }

    private Admission changePin(Id operation, PinDerivation next) throws Exception {
        return office.ask(alice, operation, new Request.ChangePin(card, next),
                Secret.of(Office.proof("alice"), Office.proof("new"), new byte[0]));
    }

    @Test
    void changeOfPinAskedAgainIsNoWrongTry() throws Exception {
        Id operation = Id.random();
        PinDerivation next = Office.quick();
        changePin(operation, next);
        assertThat(changePin(operation, next)).isInstanceOf(Admission.Done.class);
        assertThat(shown()).isEqualTo(PinState.OK);
    }

    @Test
    void changeOfPinNeedsTheOldOne() throws Exception {
        assertThat(denied(office.ask(alice, new Request.ChangePin(card, Office.quick()),
                Secret.of(Office.proof("wrong"), Office.proof("new"), new byte[0])))).isEqualTo(ErrorCode.PIN_WRONG);
        granted(office.use(alice, card, office.sign()));
    }

    @Test
    void wrongTriesOutliveARestart() throws Exception {
        wrong();
        wrong();
        office.close();
        office.open();
        assertThat(wrong().triesLeft()).isZero();
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.PIN_LOCKED);
    }

    private Id deliver(Person to) throws Exception {
        Admission.Done done = (Admission.Done) office.ask(office.olga,
                new Administration.Delegate(card, to.name(), Limits.NONE, Office.quick()),
                office.bothProofs(to).withSealedPin(SEALED));
        return ((Outcome.Administered) done.outcome()).id();
    }

    private byte[] waiting(Person user) throws Exception {
        return office.access().directory().snapshot(user.caller().fingerprint()).cards().get(0).sealedPin();
    }

    @Test
    void sealedPinIsShownToItsUserAloneUntilALoginByIt() throws Exception {
        Person bob = office.user("bob");
        deliver(bob);
        assertThat(waiting(bob)).isEqualTo(SEALED);
        assertThat(waiting(alice)).isEmpty();
        assertThat(waiting(office.olga)).isEmpty();
        office.ask(bob, new Request.Login(card), Secret.ofPinProof(Office.proof("wrong")));
        assertThat(waiting(bob)).isEqualTo(SEALED);
        office.ask(bob, new Request.Login(card), Secret.ofPinProof(Office.proof("bob")));
        assertThat(waiting(bob)).isEmpty();
    }

    @Test
    void sealedPinIsGoneWhenItIsChangedOrTheDelegationEnds() throws Exception {
        Person bob = office.user("bob");
        Id first = deliver(bob);
        office.ask(office.olga, new Administration.Revoke(first), Secret.none());
        office.delegate(card, bob, Limits.NONE);
        assertThat(waiting(bob)).isEmpty();
        Person carl = office.user("carl");
        deliver(carl);
        office.ask(carl, new Request.ChangePin(card, Office.quick()),
                Secret.of(Office.proof("carl"), Office.proof("new"), new byte[0]));
        assertThat(waiting(carl)).isEmpty();
    }
}
