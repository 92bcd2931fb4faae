package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.remotepkcs11.proxy.access.Denials.denied;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.EnrollmentCode;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.PinDerivation;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Role;
import org.remotepkcs11.wire.Secret;

class RepeatsTest {
    @TempDir
    private Path dir;
    private Office office;
    private Person alice;
    private Id card;
    private final Id operation = Id.random();

    @BeforeEach
    void delegateOneOperation() throws Exception {
        office = Office.in(dir);
        alice = office.user("alice");
        card = office.addCard("seal", Office.SOURCE);
        office.delegate(card, alice, new Limits(Optional.empty(), Optional.empty(), 1, Set.of(), Set.of(), Set.of(),
                Set.of()));
    }

    @AfterEach
    void close() {
        office.close();
    }

    private Admission ask(Person person, byte[] digest) throws Exception {
        return office.ask(person, operation, Office.use(card, office.sign(digest)),
                Secret.ofPinProof(Office.proof(person.name())));
    }

    @Test
    void sameOperationAskedAgainIsCountedOnce() throws Exception {
        office.conclude((Granted) ask(alice, Office.sha256("a")));
        Granted again = (Granted) ask(alice, Office.sha256("a"));
        assertThat(again.repeat()).isTrue();
        office.conclude(again);
    }

    @Test
    void operationIdUsedForSomethingElseIsRefused() throws Exception {
        office.conclude((Granted) ask(office.olga, Office.sha256("a")));
        assertThat(denied(ask(office.olga, Office.sha256("b")))).isEqualTo(ErrorCode.OPERATION_CONFLICT);
        assertThat(denied(ask(alice, Office.sha256("a")))).isEqualTo(ErrorCode.OPERATION_CONFLICT);
    }

    @Test
    void conflictIsNotCounted() throws Exception {
        office.conclude((Granted) ask(office.olga, Office.sha256("a")));
        ask(alice, Office.sha256("a"));
        assertThat(office.useUp(alice, card, office.sign())).isInstanceOf(Granted.class);
    }

    @Test
    void operationThatTouchedNoCardIsCountedWhenItIsAskedAgain() throws Exception {
        Granted first = (Granted) ask(alice, Office.sha256("a"));
        office.access().gate().conclude(first,
                new Outcome.Refused(Refusal.of(ErrorCode.CARD_BUSY, "many wait"))).join();
        office.conclude((Granted) ask(alice, Office.sha256("a")));
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.DELEGATION_USED_UP);
    }

    @Test
    void afterACrashTheLogSaysSoAndTheRepeatIsCountedOnce() throws Exception {
        Granted lost = (Granted) ask(alice, Office.sha256("a"));
        office.close();
        office.open();
        assertThat(office.access().recover()).isEqualTo(1);
        var reader = office.access().log().reader();
        AuditEntry.Outcome last = (AuditEntry.Outcome) reader.entry(reader.size() - 1).orElseThrow().matter();
        assertThat(last.intent()).isEqualTo(lost.intent().index());
        assertThat(last.refusal().orElseThrow().detail()).startsWith("interrupted");
        Granted again = (Granted) ask(alice, Office.sha256("a"));
        assertThat(again.repeat()).isTrue();
        office.conclude(again);
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.DELEGATION_USED_UP);
    }

    @Test
    void nothingIsInterruptedAfterAnOrderlyEnd() throws Exception {
        office.conclude((Granted) ask(alice, Office.sha256("a")));
        office.close();
        office.open();
        assertThat(office.access().recover()).isZero();
    }

    @Test
    void delegationAskedForTwiceIsMadeOnce() throws Exception {
        Person bob = office.user("bob");
        Administration.Delegate delegate =
                new Administration.Delegate(card, "bob", Limits.NONE, new PinDerivation(Id.random(), 8, 1, 1));
        Outcome first = delegate(delegate, bob);
        assertThat(delegate(delegate, bob)).isEqualTo(first);
    }

    private Outcome delegate(Administration.Delegate delegate, Person to) throws Exception {
        return ((Admission.Done) office.ask(office.olga, operation, new Request.Administer(delegate),
                office.bothProofs(to))).outcome();
    }

    @Test
    void invitationAskedForTwiceGivesOneGoodCode() throws Exception {
        Request invite = new Request.Administer(
                new Administration.Invite("carol", Role.USER, Duration.ofHours(1)));
        Outcome.Invited first = (Outcome.Invited) invited(invite);
        Outcome.Invited second = (Outcome.Invited) invited(invite);
        var directory = office.access().directory();
        assertThat(directory.invitation(EnrollmentCode.parse(second.code())).name())
                .isEqualTo("carol");
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> directory.invitation(EnrollmentCode.parse(first.code())));
    }

    private Outcome invited(Request invite) throws Exception {
        return ((Admission.Done) office.ask(office.olga, operation, invite, Secret.none())).outcome();
    }
}
