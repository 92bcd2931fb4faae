package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.proxy.access.Denials.mayTouch;
import static org.remotepkcs11.proxy.access.Denials.pin;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Secret;

class GateTest {
    @TempDir
    private Path dir;
    private Office office;
    private Person alice;
    private Id card;
    private Id delegation;

    @BeforeEach
    void delegateToAlice() throws Exception {
        office = Office.in(dir);
        alice = office.user("alice");
        card = office.addCard("seal", Office.SOURCE);
        delegation = office.delegate(card, alice, Limits.NONE);
    }

    @AfterEach
    void close() {
        office.close();
    }

    private static ErrorCode denied(Admission admission) {
        assertThat(admission).isInstanceOf(Admission.Denied.class);
        return ((Admission.Denied) admission).refusal().code();
    }

    private AuditEntry.Matter lastEntry() throws Exception {
        var reader = office.access().log().reader();
        return reader.entry(reader.size() - 1).orElseThrow().matter();
    }

    @Test
    void rightPinGetsTheCardsPin() throws Exception {
        try (Granted granted = (Granted) office.use(alice, card, office.sign())) {
            assertThat(pin(granted, Office.SOURCE)).isEqualTo(Office.CARD_PIN);
            assertThat(granted.members(office.sign())).containsExactly(Office.SOURCE);
            assertThat(mayTouch(granted)).isTrue();
            assertThat(granted.repeat()).isFalse();
        }
    }

    @Test
    void intentAndOutcomeAreRecorded() throws Exception {
        Granted granted = (Granted) office.use(alice, card, office.sign());
        assertThat(lastEntry()).isInstanceOf(AuditEntry.Intent.class);
        Recorded recorded = office.conclude(granted);
        AuditEntry.Outcome outcome = (AuditEntry.Outcome) lastEntry();
        assertThat(outcome.intent()).isEqualTo(recorded.position().index() - 1);
        assertThat(outcome.results()).hasSize(1);
    }

    @Test
    void strangerIsRefused() throws Exception {
        assertThat(denied(office.use(Person.named("mallory"), card, office.sign()))).isEqualTo(ErrorCode.USER_UNKNOWN);
    }

    @Test
    void disabledUserIsRefused() throws Exception {
        office.ask(office.olga, new Administration.DisableUser("alice"), Secret.none());
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.USER_DISABLED);
    }

    @Test
    void revokedUserIsRefused() throws Exception {
        office.ask(office.olga, new Administration.Revoke(delegation), Secret.none());
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.DELEGATION_REVOKED);
    }

    @Test
    void unknownCardIsRefused() throws Exception {
        assertThat(denied(office.use(alice, Id.random(), office.sign()))).isEqualTo(ErrorCode.CARD_UNKNOWN);
    }

    @Test
    void userWithoutDelegationIsRefused() throws Exception {
        assertThat(denied(office.use(office.user("bob"), card, office.sign()))).isEqualTo(ErrorCode.CARD_UNKNOWN);
    }

    @Test
    void missingProofIsNoWrongTry() throws Exception {
        assertThat(denied(office.ask(alice, Office.use(card, office.sign()), Secret.none())))
                .isEqualTo(ErrorCode.PIN_MISSING);
        assertThat(office.use(alice, card, office.sign())).isInstanceOf(Granted.class);
    }

    @Test
    void denialIsRecordedWithTheSignedRequest() throws Exception {
        office.use(alice, Id.random(), office.sign());
        AuditEntry.Refused refused = (AuditEntry.Refused) lastEntry();
        assertThat(refused.refusal().code()).isEqualTo(ErrorCode.CARD_UNKNOWN);
        assertThat(refused.evidence()).isPresent();
        assertThat(refused.caller()).isEqualTo(alice.caller().fingerprint());
    }

    @Test
    void earlyRefusalOfAUserIsRecorded() throws Exception {
        Recorded recorded = office.access().gate().refuse(alice.caller(), Optional.empty(),
                Refusal.of(ErrorCode.MESSAGE_MALFORMED, "bits were flipped")).join();
        assertThat(recorded.position().treeHead()).isNotEmpty();
        assertThat(((AuditEntry.Refused) lastEntry()).refusal().code()).isEqualTo(ErrorCode.MESSAGE_MALFORMED);
    }

    @Test
    void strangersCannotFillTheLog() throws Exception {
        long before = office.access().log().reader().size();
        Caller stranger = Caller.unknown("10.0.0.1");
        for (int i = 0; i < 100; i++) {
            office.access().gate().refuse(stranger, Optional.empty(),
                    Refusal.of(ErrorCode.CERTIFICATE_MISSING, "no certificate")).join();
        }
        assertThat(office.access().log().reader().size() - before).isEqualTo(5);
    }

    @Test
    void strangersThatWereOnlyCountedAreToldInTheNextEntry() throws Exception {
        strangersCannotFillTheLog();
        office.clock.set(office.clock.instant().plusSeconds(61));
        office.access().gate().refuse(Caller.unknown("10.0.0.1"), Optional.empty(),
                Refusal.of(ErrorCode.CERTIFICATE_MISSING, "no certificate")).join();
        assertThat(((AuditEntry.Refused) lastEntry()).unlisted()).isEqualTo(95);
    }

    @Test
    void openShowsTheCardOnceAndThenNothingNew() throws Exception {
        Admission.Opened first = open("", 0);
        assertThat(first.snapshot().orElseThrow().cards()).hasSize(1);
        assertThat(open(first.recorded().snapshotVersion(), 0).snapshot()).isEmpty();
    }

    private Admission.Opened open(String known, long treeSize) throws Exception {
        return (Admission.Opened) office.ask(alice, new Request.Open(Id.of(Office.sha256("nonce")), known, treeSize),
                Secret.none());
    }

    @Test
    void loginConfirmsThePin() throws Exception {
        Admission.Done done = (Admission.Done) office.ask(alice, new Request.Login(card),
                Secret.ofPinProof(Office.proof("alice")));
        assertThat(done.outcome()).isEqualTo(new Outcome.LoggedIn());
        assertThat(done.recorded().position().treeHead()).startsWith("remote-pkcs11/");
    }
}
