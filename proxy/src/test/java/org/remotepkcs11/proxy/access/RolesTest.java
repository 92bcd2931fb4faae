package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
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
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Outcome;
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
    private Person other;

    @BeforeEach
    void open() throws Exception {
        office = Office.in(dir);
        card = office.addCard("seal", Office.SOURCE);
        delegation = office.delegate(card, office.user("alice"), Limits.NONE);
        other = Person.named("other");
    }

    @AfterEach
    void close() {
        office.close();
    }

    /** Of the card's owner alone. */
    private Map<Administration, Secret> onTheCard() {
        Secret both = Secret.of(Office.proof("other"), Office.proof("bob"), NONE);
        Secret pin = Secret.of(Office.proof("other"), NONE, "4711".getBytes(StandardCharsets.UTF_8));
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
        asked.put(new Administration.AddCard("mine", "memory:0002", Office.quick()),
                Secret.of(NONE, Office.proof("other"), "4711".getBytes(StandardCharsets.UTF_8)));
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

    @Test
    void delegatingAnewTakesANewVirtualPin() throws Exception {
        Person alice = Person.named("alice again");
        office.enroll(alice, Role.USER);
        Id first = office.delegate(card, alice, Limits.NONE);
        office.ask(office.olga, new Administration.Revoke(first), Secret.none());
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
