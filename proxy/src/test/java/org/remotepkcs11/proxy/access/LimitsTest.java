package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.remotepkcs11.proxy.access.Denials.denied;
import static org.remotepkcs11.proxy.access.Denials.granted;
import static org.remotepkcs11.proxy.access.Denials.refusal;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Secret;

class LimitsTest {
    private static final Instant START = Instant.parse("2026-04-01T08:00:00Z");
    private static final Instant END = Instant.parse("2026-04-30T18:00:00Z");

    @TempDir
    private Path dir;
    private Office office;
    private Person alice;
    private Id card;

    @BeforeEach
    void open() throws Exception {
        office = Office.in(dir);
        alice = office.user("alice");
        card = office.addCard("seal", Office.SOURCE);
    }

    @AfterEach
    void close() {
        office.close();
    }

    private static Limits times() {
        return new Limits(Optional.of(START), Optional.of(END), 0, Set.of(), Set.of(), Set.of(), Set.of());
    }

    private static Limits atMost(long operations) {
        return new Limits(Optional.empty(), Optional.empty(), operations, Set.of(), Set.of(), Set.of(), Set.of());
    }

    private Operation rsa(Operation.Kind kind, long mechanism) {
        return new Operation(office.rsa.fingerprint(), kind, mechanism, Operation.NO_PARAMETERS, new byte[32]);
    }

    @Test
    void delegationBeginsExactlyWhenItSays() throws Exception {
        office.delegate(card, alice, times());
        office.clock.set(START.minusMillis(1));
        Refusal early = refusal(office.use(alice, card, office.sign()));
        assertThat(early.code()).isEqualTo(ErrorCode.DELEGATION_NOT_YET);
        assertThat(early.detail()).contains(START.toString());
        office.clock.set(START);
        granted(office.use(alice, card, office.sign()));
    }

    @Test
    void delegationEndsExactlyWhenItSays() throws Exception {
        office.delegate(card, alice, times());
        office.clock.set(END);
        granted(office.use(alice, card, office.sign()));
        office.clock.set(END.plusMillis(1));
        Refusal late = refusal(office.use(alice, card, office.sign()));
        assertThat(late.code()).isEqualTo(ErrorCode.DELEGATION_EXPIRED);
        assertThat(late.detail()).contains(END.toString());
    }

    @Test
    void whatStillWaitsForTheCardWhenTheDelegationEndsReachesNoneAndIsNotCounted() throws Exception {
        office.delegate(card, alice, times());
        office.clock.set(END);
        try (Granted granted = (Granted) office.use(alice, card, office.sign())) {
            office.clock.set(END.plusMillis(1));
            RefusedException late = catchThrowableOfType(RefusedException.class,
                    () -> granted.check(Office.SOURCE));
            assertThat(late.code()).isEqualTo(ErrorCode.DELEGATION_EXPIRED);
            office.access().gate().conclude(granted, new Outcome.Used(List.of(
                    new Outcome.Result.Failed(late.refusal())))).join();
        }
        Outcome.Listed listed = (Outcome.Listed) ((Admission.Done) office.ask(office.olga,
                new Administration.ListState(), Secret.none())).outcome();
        assertThat(listed.state().delegations()).allMatch(delegation -> delegation.operationsUsed() == 0);
    }

    @Test
    void lastOperationIsDoneAndTheNextIsNot() throws Exception {
        office.delegate(card, alice, atMost(2));
        office.useUp(alice, card, office.sign());
        office.useUp(alice, card, office.sign());
        Refusal refused = refusal(office.use(alice, card, office.sign()));
        assertThat(refused.code()).isEqualTo(ErrorCode.DELEGATION_USED_UP);
        assertThat(refused.detail()).isEqualTo("of 2 operations 0 are left; 1 were asked for");
    }

    @Test
    void operationsOfOneRequestAreAllCounted() throws Exception {
        office.delegate(card, alice, atMost(3));
        office.useUp(alice, card, office.sign(), office.sign());
        assertThat(denied(office.use(alice, card, office.sign(), office.sign())))
                .isEqualTo(ErrorCode.DELEGATION_USED_UP);
        granted(office.use(alice, card, office.sign()));
    }

    @Test
    void deniedUseIsNotCounted() throws Exception {
        office.delegate(card, alice, atMost(1));
        office.ask(alice, Office.use(card, office.sign()), Secret.ofPinProof(Office.proof("wrong")));
        granted(office.use(alice, card, office.sign()));
    }

    @Test
    void useThatTouchedNoCardIsNotCounted() throws Exception {
        office.delegate(card, alice, atMost(1));
        Granted granted = (Granted) office.use(alice, card, office.sign());
        office.access().gate().conclude(granted,
                new Outcome.Refused(Refusal.of(ErrorCode.CARD_ABSENT, "no card"))).join();
        granted(office.use(alice, card, office.sign()));
    }

    @Test
    void useThatFailedOnTheCardIsCounted() throws Exception {
        office.delegate(card, alice, atMost(1));
        Granted granted = (Granted) office.use(alice, card, office.sign());
        office.access().gate().conclude(granted,
                new Outcome.Refused(Refusal.of(ErrorCode.CARD_FAILED, "the card died"))).join();
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.DELEGATION_USED_UP);
    }

    @Test
    void onlyTheKeysOfTheDelegationAreUsed() throws Exception {
        office.delegate(card, alice, new Limits(Optional.empty(), Optional.empty(), 0,
                Set.of(office.ec.fingerprint()), Set.of(), Set.of(), Set.of()));
        granted(office.use(alice, card, office.sign()));
        assertThat(denied(office.use(alice, card, rsa(Operation.Kind.SIGN, Mechanisms.RSA_PKCS))))
                .isEqualTo(ErrorCode.KEY_FORBIDDEN);
    }

    @Test
    void onlyTheMechanismsOfTheDelegationAreUsed() throws Exception {
        office.delegate(card, alice, new Limits(Optional.empty(), Optional.empty(), 0, Set.of(),
                Set.of(Mechanisms.RSA_PKCS_PSS), Set.of(), Set.of()));
        granted(office.use(alice, card, rsa(Operation.Kind.SIGN, Mechanisms.RSA_PKCS_PSS)));
        Refusal refused = refusal(office.use(alice, card, rsa(Operation.Kind.SIGN, Mechanisms.RSA_PKCS)));
        assertThat(refused.code()).isEqualTo(ErrorCode.MECHANISM_FORBIDDEN);
        assertThat(refused.detail()).contains("delegation").contains("0x1");
    }

    @Test
    void onlyTheKindsOfTheDelegationAreDone() throws Exception {
        office.delegate(card, alice, new Limits(Optional.empty(), Optional.empty(), 0, Set.of(), Set.of(),
                Set.of(Operation.Kind.SIGN), Set.of()));
        granted(office.use(alice, card, rsa(Operation.Kind.SIGN, Mechanisms.RSA_PKCS)));
        assertThat(denied(office.use(alice, card, rsa(Operation.Kind.DECRYPT, Mechanisms.RSA_PKCS))))
                .isEqualTo(ErrorCode.OPERATION_FORBIDDEN);
    }

    @Test
    void unknownKeyIsRefused() throws Exception {
        office.delegate(card, alice, Limits.NONE);
        Operation other = new Operation(Id.of(new byte[32]), Operation.Kind.SIGN, Mechanisms.ECDSA,
                Operation.NO_PARAMETERS, new byte[32]);
        assertThat(denied(office.use(alice, card, other))).isEqualTo(ErrorCode.KEY_UNKNOWN);
    }

    @Test
    void cardsOwnLimitsHoldToo() throws Exception {
        office.delegate(card, alice, Limits.NONE);
        assertThat(denied(office.use(alice, card, rsa(Operation.Kind.DERIVE, Mechanisms.ECDH1_DERIVE))))
                .isEqualTo(ErrorCode.KEY_FORBIDDEN);
        assertThat(denied(office.use(alice, card, rsa(Operation.Kind.SIGN, 0x4711))))
                .isEqualTo(ErrorCode.MECHANISM_FORBIDDEN);
        assertThat(denied(office.use(alice, card, rsa(Operation.Kind.SIGN, Mechanisms.RSA_PKCS_OAEP))))
                .isEqualTo(ErrorCode.MECHANISM_FORBIDDEN);
    }

    @Test
    void oneForbiddenOperationForbidsTheWholeRequest() throws Exception {
        office.delegate(card, alice, new Limits(Optional.empty(), Optional.empty(), 5,
                Set.of(office.ec.fingerprint()), Set.of(), Set.of(), Set.of()));
        assertThat(denied(office.use(alice, card, office.sign(), rsa(Operation.Kind.SIGN, Mechanisms.RSA_PKCS))))
                .isEqualTo(ErrorCode.KEY_FORBIDDEN);
    }
}
