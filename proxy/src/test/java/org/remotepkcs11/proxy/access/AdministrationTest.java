package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.remotepkcs11.proxy.access.Denials.denied;
import static org.remotepkcs11.proxy.access.Denials.pin;
import static org.remotepkcs11.proxy.access.Denials.granted;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.EnrollmentCode;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.ProxyState;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Role;
import org.remotepkcs11.wire.Secret;

class AdministrationTest {
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

    private Admission asOlga(Administration action) throws Exception {
        return office.ask(office.olga, action, Secret.none());
    }

    private Admission delegate(Person owner, Limits limits) throws Exception {
        return office.ask(owner, new Administration.Delegate(card, "alice", limits, Office.quick()),
                Secret.of(Office.proof(owner.name()), Office.proof("alice"), new byte[0]));
    }

    private Admission addCard(String label, String source) throws Exception {
        return office.ask(office.olga, new Administration.AddCard(label, source, Office.quick()),
                Secret.of(new byte[0], Office.proof("olga"), "1234".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void usersGovernNothing() throws Exception {
        List<Administration> actions = List.of(new Administration.Invite("bob", Role.USER, Duration.ofHours(1)),
                new Administration.RemoveCard(card), new Administration.ListState(),
                new Administration.DisableUser("olga"), new Administration.Revoke(Id.random()),
                new Administration.Unlock(Id.random()), new Administration.RenewCardPin(card, ""),
                new Administration.AddCard("x", "y:1", Office.quick()),
                new Administration.JoinCard(card, "y:1"), new Administration.LeaveCard(card, Office.SOURCE),
                new Administration.Delegate(card, "alice", Limits.NONE, Office.quick()));
        for (Administration action : actions) {
            assertThat(denied(office.ask(alice, action, Secret.none()))).isEqualTo(ErrorCode.ROLE_INSUFFICIENT);
        }
    }

    @Test
    void ownersDoNotGovernEachOthersCards() throws Exception {
        Person otto = Person.named("otto");
        office.enroll(otto, Role.OWNER);
        Id delegation = office.delegate(card, alice, Limits.NONE);
        assertThat(denied(office.ask(otto, new Administration.RemoveCard(card), Secret.none())))
                .isEqualTo(ErrorCode.ROLE_INSUFFICIENT);
        assertThat(denied(office.ask(otto, new Administration.Revoke(delegation), Secret.none())))
                .isEqualTo(ErrorCode.ROLE_INSUFFICIENT);
        assertThat(denied(delegate(otto, Limits.NONE))).isEqualTo(ErrorCode.ROLE_INSUFFICIENT);
        granted(office.use(alice, card, office.sign()));
    }

    @Test
    void invitedPersonEnrolsOnce() throws Exception {
        Admission.Done done = (Admission.Done) asOlga(
                new Administration.Invite("bob", Role.USER, Duration.ofHours(1)));
        EnrollmentCode code = EnrollmentCode.parse(((Outcome.Invited) done.outcome()).code());
        assertThat(code.names(office.keys.authority().certificate().getPublicKey())).isTrue();
        office.access().directory().enroll(code, Person.named("bob").certificate());
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> office.access().directory().enroll(code, Person.named("eve").certificate()))
                .matches(refused -> refused.code() == ErrorCode.CODE_INVALID);
    }

    @Test
    void oldCodeIsRefused() throws Exception {
        String code = office.access().directory().invite("bob", Role.USER, Duration.ofHours(1)).code();
        office.clock.set(office.clock.instant().plus(Duration.ofHours(1)));
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> office.access().directory().invitation(EnrollmentCode.parse(code)))
                .matches(refused -> refused.code() == ErrorCode.CODE_INVALID);
    }

    @Test
    void namesAreTakenOnce() throws Exception {
        assertThat(denied(asOlga(new Administration.Invite("alice", Role.USER, Duration.ofHours(1)))))
                .isEqualTo(ErrorCode.NAME_TAKEN);
        assertThat(denied(addCard("seal", "memory:0002"))).isEqualTo(ErrorCode.NAME_TAKEN);
        assertThat(denied(addCard("other", Office.SOURCE))).isEqualTo(ErrorCode.NAME_TAKEN);
    }

    @Test
    void namesThatToolsCannotShowAreRefused() throws Exception {
        for (String name : List.of(" bob", "x".repeat(65), "b\u202Eob")) {
            assertThat(denied(asOlga(new Administration.Invite(name, Role.USER, Duration.ofHours(1)))))
                    .isEqualTo(ErrorCode.INPUT_INVALID);
        }
        assertThat(denied(addCard("x".repeat(33), "memory:0002"))).isEqualTo(ErrorCode.INPUT_INVALID);
    }

    @Test
    void cardWhosePinWasRefusedIsNotAdded() throws Exception {
        try (CardCheck check = (CardCheck) addCard("other", "memory:0002")) {
            assertThat(check.pin().utf8()).isEqualTo("1234".getBytes(StandardCharsets.UTF_8));
            office.access().gate().conclude(check,
                    new Outcome.Refused(Refusal.of(ErrorCode.CARD_PIN_REFUSED, "wrong pin"))).join();
        }
        assertThat(((CardCheck) addCard("other", "memory:0002")).source()).isEqualTo("memory:0002");
    }

    @Test
    void cardAddedTwiceAtOnceIsAddedOnce() throws Exception {
        CardCheck first = (CardCheck) addCard("other", "memory:0002");
        CardCheck second = (CardCheck) addCard("other", "memory:0002");
        var gate = office.access().gate();
        assertThat(gate.settle(first, office.description("memory:0002")).join()).isInstanceOf(Admission.Done.class);
        assertThat(denied(gate.settle(second, office.description("memory:0002")).join()))
                .isEqualTo(ErrorCode.NAME_TAKEN);
    }

    @Test
    void ownerUsesTheOwnCardToo() throws Exception {
        granted(office.use(office.olga, card, office.sign()));
    }

    @Test
    void delegationNeedsTheOwnersPin() throws Exception {
        assertThat(denied(office.ask(office.olga,
                new Administration.Delegate(card, "alice", Limits.NONE, Office.quick()),
                Secret.of(Office.proof("wrong"), Office.proof("alice"), new byte[0])))).isEqualTo(ErrorCode.PIN_WRONG);
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.CARD_UNKNOWN);
    }

    @Test
    void secondDelegationToTheSamePersonIsRefusedUntilTheFirstIsRevoked() throws Exception {
        Id first = office.delegate(card, alice, Limits.NONE);
        assertThat(denied(delegate(office.olga, Limits.NONE))).isEqualTo(ErrorCode.NAME_TAKEN);
        asOlga(new Administration.Revoke(first));
        office.delegate(card, alice, Limits.NONE);
        granted(office.use(alice, card, office.sign()));
    }

    @Test
    void limitsThatCannotHoldAreRefused() throws Exception {
        Limits unknownKey = new Limits(Optional.empty(), Optional.empty(), 0, Set.of(Id.of(new byte[32])), Set.of(),
                Set.of(), Set.of());
        Limits backwards = new Limits(Optional.of(office.clock.instant()),
                Optional.of(office.clock.instant().minusSeconds(1)), 0, Set.of(), Set.of(), Set.of(), Set.of());
        assertThat(denied(delegate(office.olga, unknownKey))).isEqualTo(ErrorCode.KEY_UNKNOWN);
        assertThat(denied(delegate(office.olga, backwards))).isEqualTo(ErrorCode.INPUT_INVALID);
    }

    @Test
    void removedCardIsGoneForEverybodyAndMayBeAddedAgain() throws Exception {
        office.delegate(card, alice, Limits.NONE);
        asOlga(new Administration.RemoveCard(card));
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.DELEGATION_REVOKED);
        assertThat(denied(office.use(office.olga, card, office.sign()))).isEqualTo(ErrorCode.DELEGATION_REVOKED);
        Id again = office.addCard("seal", Office.SOURCE);
        granted(office.use(office.olga, again, office.sign()));
    }

    @Test
    void renewedCardPinIsUsedFromThenOn() throws Exception {
        office.delegate(card, alice, Limits.NONE);
        Admission admission = office.ask(office.olga, new Administration.RenewCardPin(card, ""),
                Secret.of(Office.proof("olga"), new byte[0], "5678".getBytes(StandardCharsets.UTF_8)));
        try (CardCheck check = (CardCheck) admission) {
            office.access().gate().settle(check, office.description(Office.SOURCE)).join();
        }
        try (Granted granted = (Granted) office.use(alice, card, office.sign())) {
            assertThat(pin(granted, Office.SOURCE)).isEqualTo("5678");
        }
    }

    @Test
    void ownersOwnRightIsNeitherRevokedNorUnlocked() throws Exception {
        Id own = state().cards().get(0).ownerDelegation();
        assertThat(denied(asOlga(new Administration.Revoke(own)))).isEqualTo(ErrorCode.INPUT_INVALID);
        assertThat(denied(asOlga(new Administration.Unlock(own)))).isEqualTo(ErrorCode.INPUT_INVALID);
    }

    private ProxyState state() throws Exception {
        return ((Outcome.Listed) ((Admission.Done) asOlga(new Administration.ListState())).outcome()).state();
    }

    @Test
    void stateShowsCardsUsersAndUse() throws Exception {
        Id delegation = office.delegate(card, alice, Limits.NONE);
        office.useUp(alice, card, office.sign());
        ProxyState state = state();
        assertThat(state.sources()).singleElement().matches(ProxyState.CardSource::used);
        assertThat(state.cards()).singleElement().matches(one -> one.label().equals("seal") && one.present());
        assertThat(state.users()).extracting(ProxyState.UserState::name).containsExactly("alice", "olga");
        assertThat(state.delegations()).singleElement()
                .matches(one -> one.id().equals(delegation) && one.operationsUsed() == 1 && !one.revoked());
    }
}
