package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.remotepkcs11.proxy.access.Denials.denied;
import static org.remotepkcs11.proxy.access.Denials.granted;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.audit.AuditLog;
import org.remotepkcs11.proxy.audit.LogCopy;
import org.remotepkcs11.proxy.audit.StoredLog;
import org.remotepkcs11.proxy.store.Database;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.EnrollmentCode;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Secret;

/** Rules out of a backup meet a log that went on. */
class AftermathTest {
    private static final Limits THREE =
            new Limits(Optional.empty(), Optional.empty(), 3, Limits.NONE.keys(), Limits.NONE.mechanisms(),
                    Limits.NONE.kinds(), Limits.NONE.documentDigests());

    private static final String SECOND = "memory:0002";

    @TempDir
    private Path dir;
    private Office office;
    private Person alice;
    private Id card;
    private Id delegation;
    private Path rules;
    private long size;

    @BeforeEach
    void copyTheRules() throws Exception {
        office = Office.in(dir);
        alice = office.user("alice");
        card = office.addCard("seal", Office.SOURCE);
        delegation = office.delegate(card, alice, THREE);
        copyAgain();
    }

    private void copyAgain() throws Exception {
        rules = dir.resolve("rules-" + UUID.randomUUID() + ".db");
        size = office.access().copyRules(rules);
    }

    @AfterEach
    void close() {
        office.close();
    }

    private void restore() throws Exception {
        office.close();
        Path whole = Files.move(office.file, dir.resolve("whole.db"));
        for (String ending : new String[] {"-wal", "-shm"}) {
            Files.deleteIfExists(Path.of(office.file + ending));
        }
        Files.copy(rules, office.file);
        try (LogCopy log = StoredLog.open(whole)) {
            try (Database database = Database.open(office.file)) {
                AuditLog.fill(database, log, size);
            }
            office.open();
            office.access().resumption().follow(log, size);
            office.access().resumption().conclude("restored");
        }
    }

    private Admission use() throws Exception {
        return office.use(alice, card, office.sign());
    }

    private void unlock() throws Exception {
        office.ask(office.olga, new Administration.Unlock(delegation), Secret.none());
    }

    @Test
    void everyDelegationWaitsForItsOwner() throws Exception {
        restore();
        assertThat(denied(use())).isEqualTo(ErrorCode.PIN_LOCKED);
        unlock();
        granted(use());
    }

    @Test
    void operationsSinceThenAreCounted() throws Exception {
        office.useUp(alice, card, office.sign());
        office.useUp(alice, card, office.sign());
        restore();
        unlock();
        office.useUp(alice, card, office.sign());
        assertThat(denied(use())).isEqualTo(ErrorCode.DELEGATION_USED_UP);
    }

    @Test
    void revokedStaysRevoked() throws Exception {
        office.ask(office.olga, new Administration.Revoke(delegation), Secret.none());
        restore();
        assertThat(denied(use())).isEqualTo(ErrorCode.DELEGATION_REVOKED);
    }

    @Test
    void pinThatWasChangedDoesNotComeBack() throws Exception {
        office.ask(alice, new Request.ChangePin(card, Office.quick()),
                Secret.of(Office.proof("alice"), Office.proof("new"), new byte[0]));
        restore();
        assertThat(denied(use())).isEqualTo(ErrorCode.DELEGATION_REVOKED);
    }

    @Test
    void disabledUserStaysDisabled() throws Exception {
        office.ask(office.olga, new Administration.DisableUser("alice"), Secret.none());
        restore();
        assertThat(denied(use())).isEqualTo(ErrorCode.USER_DISABLED);
    }

    @Test
    void whomTheOperatorDisabledStaysDisabled() throws Exception {
        office.access().directory().disable("alice");
        restore();
        assertThat(denied(use())).isEqualTo(ErrorCode.USER_DISABLED);
    }

    @Test
    void keyThatWasEndedStaysEndedUntilThereIsANewCode() throws Exception {
        Administration replace = new Administration.ReplaceKey("alice", Duration.ofHours(1));
        office.ask(office.olga, replace, Secret.none());
        restore();
        assertThat(denied(use())).isEqualTo(ErrorCode.USER_DISABLED);
        assertThat(office.ask(office.olga, replace, Secret.none())).isInstanceOf(Admission.Done.class);
    }

    private void enrolWithAnotherKey() throws Exception {
        Administration replace = new Administration.ReplaceKey("alice", Duration.ofHours(1));
        Admission.Done done = (Admission.Done) office.ask(office.olga, replace, Secret.none());
        String code = ((Outcome.Invited) done.outcome()).code();
        office.access().directory().enroll(EnrollmentCode.parse(code), Person.named("alice").certificate());
    }

    private void assertAliceCanBeGivenAKey() throws Exception {
        assertThat(denied(use())).isEqualTo(ErrorCode.USER_DISABLED);
        enrolWithAnotherKey();
    }

    @Test
    void whoEnrolledWithAnotherKeySinceThenCanBeGivenOneAgain() throws Exception {
        enrolWithAnotherKey();
        restore();
        assertAliceCanBeGivenAKey();
    }

    @Test
    void whoseKeyWasEndedBeforeAndWhoEnrolledSinceThenCanBeGivenOneAgain() throws Exception {
        Admission.Done done = (Admission.Done) office.ask(office.olga,
                new Administration.ReplaceKey("alice", Duration.ofHours(1)), Secret.none());
        copyAgain();
        office.access().directory().enroll(EnrollmentCode.parse(((Outcome.Invited) done.outcome()).code()),
                Person.named("alice").certificate());
        restore();
        assertAliceCanBeGivenAKey();
    }

    @Test
    void keyThatTheOperatorEndedStaysEnded() throws Exception {
        office.access().directory().replaceKey("alice", Duration.ofHours(1));
        restore();
        assertThat(denied(use())).isEqualTo(ErrorCode.USER_DISABLED);
    }

    @Test
    void removedCardStaysRemoved() throws Exception {
        office.ask(office.olga, new Administration.RemoveCard(card), Secret.none());
        restore();
        assertThat(denied(use())).isEqualTo(ErrorCode.DELEGATION_REVOKED);
    }

    private void leave(String source) throws Exception {
        assertThat(office.ask(office.olga, new Administration.LeaveCard(card, source), Secret.none()))
                .isInstanceOf(Admission.Done.class);
    }

    private void join() throws Exception {
        assertThat(office.joinCard(card, SECOND, office.rsa, office.ec)).isInstanceOf(Admission.Done.class);
    }

    @Test
    void cardThatLeftIsNotUsedAgain() throws Exception {
        join();
        copyAgain();
        leave(SECOND);
        restore();
        unlock();
        try (Granted granted = (Granted) use()) {
            assertThat(granted.members(office.sign())).containsExactly(Office.SOURCE);
        }
        assertThat(office.addCard("other", SECOND)).isNotNull();
    }

    @Test
    void cardThatLeftForOneThatIsForgottenLeavesNothingBehind() throws Exception {
        join();
        leave(Office.SOURCE);
        restore();
        assertThat(denied(use())).isEqualTo(ErrorCode.DELEGATION_REVOKED);
        assertThat(office.addCard("seal", Office.SOURCE)).isNotNull();
    }

    @Test
    void leavingThatIsAskedForAgainAfterARestartIsTheSame() throws Exception {
        join();
        Id operation = Id.random();
        Request leave = new Request.Administer(new Administration.LeaveCard(card, SECOND));
        office.ask(office.olga, operation, leave, Secret.none());
        office.close();
        office.open();
        assertThat(office.ask(office.olga, operation, leave, Secret.none())).isInstanceOf(Admission.Done.class);
        join();
        assertThat(office.ask(office.olga, operation, leave, Secret.none())).isInstanceOf(Admission.Done.class);
        try (Granted granted = (Granted) use()) {
            assertThat(granted.members(office.sign())).hasSize(2);
        }
    }

    @Test
    void rulesThatWereChangedInTheBackupAreNotTakenUp() throws Exception {
        try (Connection copy = DriverManager.getConnection("jdbc:sqlite:" + rules);
                Statement statement = copy.createStatement()) {
            statement.execute("DELETE FROM tally");
        }
        assertThatExceptionOfType(RefusedException.class).isThrownBy(this::restore)
                .matches(refused -> refused.code() == ErrorCode.STATE_UNTRUSTED);
    }

    @Test
    void copyHoldsNoLogAndNoOperationIds() throws Exception {
        try (Connection copy = DriverManager.getConnection("jdbc:sqlite:" + rules);
                Statement statement = copy.createStatement()) {
            assertThat(statement.executeQuery("SELECT (SELECT COUNT(*) FROM log_entry) + (SELECT COUNT(*) FROM "
                    + "operation)").getInt(1)).isZero();
            assertThat(statement.executeQuery("SELECT COUNT(*) FROM delegation").getInt(1)).isEqualTo(2);
        }
    }
}
