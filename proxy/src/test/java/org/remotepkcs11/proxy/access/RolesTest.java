package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.remotepkcs11.proxy.access.Denials.denied;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.EnrollmentCode;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Role;
import org.remotepkcs11.wire.Secret;

/** Every role asks for everything that there is to ask, about a card of somebody else's. */
class RolesTest {
    private static final byte[] NONE = {};

    @TempDir
    private Path dir;
    private Office office;
    private Id card;
    private Id delegation;
    private Person alice;
    private Person other;

    @BeforeEach
    void open() throws Exception {
        office = Office.in(dir);
        card = office.addCard("seal", Office.SOURCE);
        alice = office.user("alice");
        delegation = office.delegate(card, alice, Limits.NONE);
        other = Person.named("other");
    }

    @AfterEach
    void close() {
        office.close();
    }

    /** Of the card's owner alone. */
    private Map<Administration, Secret> onTheCard() {
        Secret both = Secret.of(Office.proof("other"), Office.proof("bob"), NONE);
        Secret pin = Secret.of(Office.proof("other"), NONE, card4711());
        Map<Administration, Secret> asked = new LinkedHashMap<>();
        asked.put(new Administration.Delegate(card, "other", Limits.NONE, Office.quick()), both);
        asked.put(new Administration.Revoke(delegation), Secret.none());
        asked.put(new Administration.Unlock(delegation), Secret.none());
        asked.put(new Administration.RenewCardPin(card, ""), pin);
        asked.put(new Administration.JoinCard(card, "memory:0002"), pin);
        asked.put(new Administration.LeaveCard(card, Office.SOURCE), Secret.none());
        asked.put(new Administration.RemoveCard(card), Secret.none());
        asked.put(new Administration.Decide(delegation, Id.random(), Id.nonce(), true), Secret.none());
        return asked;
    }

    /** Of every owner. */
    private Map<Administration, Secret> onTheProxy() {
        Map<Administration, Secret> asked = new LinkedHashMap<>();
        asked.put(new Administration.Invite("bob", Role.USER, Duration.ofHours(1)), Secret.none());
        asked.put(new Administration.ListState(), Secret.none());
        asked.put(new Administration.ListApprovals(), Secret.none());
        asked.put(new Administration.DisableUser("alice"), Secret.none());
        asked.put(new Administration.ReplaceKey("alice", Duration.ofHours(1)), Secret.none());
        asked.put(new Administration.AddCard("mine", "memory:0002", Office.quick()),
                Secret.of(NONE, Office.proof("other"), card4711()));
        return asked;
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void nobodyButTheOwnerGovernsTheCard(Role role) throws Exception {
        office.enroll(other, role);
        for (Map.Entry<Administration, Secret> one : onTheCard().entrySet()) {
            assertThat(denied(office.ask(other, one.getKey(), one.getValue()))).as("%s", one.getKey())
                    .isEqualTo(ErrorCode.ROLE_INSUFFICIENT);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Role.class, names = {"USER", "OPERATOR", "AUDITOR"})
    void nobodyButOwnersGovernsAnything(Role role) throws Exception {
        office.enroll(other, role);
        for (Map.Entry<Administration, Secret> one : onTheProxy().entrySet()) {
            assertThat(denied(office.ask(other, one.getKey(), one.getValue()))).as("%s", one.getKey())
                    .isEqualTo(ErrorCode.ROLE_INSUFFICIENT);
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void nobodyUsesACardThatIsNotDelegated(Role role) throws Exception {
        office.enroll(other, role);
        Secret proof = Secret.ofPinProof(Office.proof("olga"));
        for (Request request : List.of(new Request.Login(card), Office.use(card, office.sign()))) {
            assertThat(denied(office.ask(other, request, proof))).isEqualTo(ErrorCode.CARD_UNKNOWN);
        }
        Secret change = Secret.of(Office.proof("olga"), Office.proof("other"), NONE);
        assertThat(denied(office.ask(other, new Request.ChangePin(card, Office.quick()), change)))
                .isEqualTo(ErrorCode.CARD_UNKNOWN);
        assertThat(office.access().directory().snapshot(Fingerprint.of(other.key().getPublic())).cards()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = Role.class, names = {"OPERATOR", "AUDITOR"})
    void operatorsAndAuditorsAreDelegatedNothing(Role role) throws Exception {
        office.enroll(other, role);
        assertThat(denied(office.ask(office.olga, new Administration.Delegate(card, "other", Limits.NONE,
                Office.quick()), office.bothProofs(other)))).isEqualTo(ErrorCode.ROLE_INSUFFICIENT);
    }

    @Test
    void ownersMakeNoOperators() throws Exception {
        assertThat(denied(office.ask(office.olga, new Administration.Invite("oscar", Role.OPERATOR, Duration.ofHours(1)),
                Secret.none()))).isEqualTo(ErrorCode.ROLE_INSUFFICIENT);
    }

    private static byte[] card4711() {
        return "4711".getBytes(StandardCharsets.UTF_8);
    }

    private Admission disable(Person by, String name) throws Exception {
        return office.ask(by, new Administration.DisableUser(name), Secret.none());
    }

    @Test
    void ownerShutsOutWhomTheOwnerInvited() throws Exception {
        assertThat(disable(office.olga, "alice")).isInstanceOf(Admission.Done.class);
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.USER_DISABLED);
    }

    @Test
    void ownerShutsOutNobodyWhomAnotherInvited() throws Exception {
        office.enroll(other, Role.OWNER);
        office.enroll(Person.named("adam"), Role.AUDITOR);
        office.user("bob");
        for (String name : List.of("alice", "bob", "adam", "olga")) {
            assertThat(denied(disable(other, name))).as(name).isEqualTo(ErrorCode.ROLE_INSUFFICIENT);
        }
        assertThat(denied(disable(office.olga, "adam"))).isEqualTo(ErrorCode.ROLE_INSUFFICIENT);
    }

    @Test
    void ownerShutsOutNobodyWhoUsesAnothersCard() throws Exception {
        office.enroll(other, Role.OWNER);
        Secret proofs = Secret.of(NONE, Office.proof("other"), card4711());
        Admission.Done added;
        try (CardCheck check = (CardCheck) office.ask(other, new Administration.AddCard("mine", "memory:0002",
                Office.quick()), proofs)) {
            added = (Admission.Done) office.access().gate().settle(check, office.description("memory:0002")).join();
        }
        Id mine = ((Outcome.Administered) added.outcome()).id();
        Admission.Done shared = (Admission.Done) office.ask(other, new Administration.Delegate(mine, "alice", Limits.NONE,
                Office.quick()), Secret.of(Office.proof("other"), Office.proof("alice"), NONE));
        assertThat(denied(disable(office.olga, "alice"))).isEqualTo(ErrorCode.ROLE_INSUFFICIENT);
        office.ask(other, new Administration.Revoke(((Outcome.Administered) shared.outcome()).id()), Secret.none());
        assertThat(disable(office.olga, "alice")).isInstanceOf(Admission.Done.class);
    }

    @Test
    void operatorShutsOutAnybodyButOwners() throws Exception {
        office.access().directory().disable("alice");
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.USER_DISABLED);
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> office.access().directory().disable("olga"))
                .matches(refused -> refused.code() == ErrorCode.ROLE_INSUFFICIENT);
    }

    @Test
    void operatorWhoTakesAnOwnersKeyGrantsNothingAndUsesNoCard() throws Exception {
        String code = office.access().directory().replaceKey("olga", Duration.ofHours(1)).code();
        office.access().directory().enroll(EnrollmentCode.parse(code), other.certificate());
        office.enroll(Person.named("bob"), Role.USER);
        byte[] guess = Office.proof("other");
        Administration delegate = new Administration.Delegate(card, "bob", Limits.NONE, Office.quick());
        assertThat(denied(office.ask(other, delegate, Secret.of(guess, Office.proof("bob"), NONE))))
                .isEqualTo(ErrorCode.PIN_WRONG);
        assertThat(denied(office.ask(other, Office.use(card, office.sign()), Secret.ofPinProof(guess))))
                .isEqualTo(ErrorCode.PIN_WRONG);
        assertThat(denied(office.ask(other, new Administration.JoinCard(card, "memory:0002"),
                Secret.of(guess, NONE, card4711())))).isEqualTo(ErrorCode.PIN_WRONG);
        assertThat(denied(office.ask(other, delegate, Secret.of(guess, Office.proof("bob"), NONE))))
                .isEqualTo(ErrorCode.PIN_LOCKED);
    }

    @Test
    void delegatingAnewTakesANewVirtualPin() throws Exception {
        office.ask(office.olga, new Administration.Revoke(delegation), Secret.none());
        office.ask(office.olga, new Administration.Delegate(card, alice.name(), Limits.NONE, Office.quick()),
                Secret.of(Office.proof("olga"), Office.proof("a new pin"), NONE));
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.PIN_WRONG);
        Admission admission = office.ask(alice, Office.use(card, office.sign()),
                Secret.ofPinProof(Office.proof("a new pin")));
        assertThat(admission).isInstanceOf(Granted.class);
        ((Granted) admission).close();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void auditorsAloneReadTheLog(Role role) throws Exception {
        office.enroll(other, role);
        Admission read = office.ask(other, new Request.ReadLog(0, 5), Secret.none());
        if (role == Role.AUDITOR) {
            assertThat(((Outcome.LogRead) ((Admission.Done) read).outcome()).entries()).hasSize(5);
        } else {
            assertThat(denied(read)).isEqualTo(ErrorCode.ROLE_INSUFFICIENT);
        }
    }
}
