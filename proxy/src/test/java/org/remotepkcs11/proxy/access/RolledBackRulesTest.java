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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Role;
import org.remotepkcs11.wire.Secret;

/** Somebody kept an older copy of the database and puts sound rows of it back: each row's own MAC is right. */
class RolledBackRulesTest {
    @TempDir
    private Path dir;
    private Office office;
    private Person alice;
    private Id card;
    private Id delegation;
    private Path old;

    @BeforeEach
    void keepACopy() throws Exception {
        office = Office.in(dir);
        alice = office.user("alice");
        card = office.addCard("seal", Office.SOURCE);
        delegation = office.delegate(card, alice, Limits.NONE);
        old = dir.resolve("old.db");
        execute("VACUUM INTO '" + old + "'");
    }

    @AfterEach
    void close() {
        office.close();
    }

    private void execute(String... statements) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + office.file);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private void putBack(String... tables) throws Exception {
        assertThat(Files.exists(old)).isTrue();
        for (String table : tables) {
            execute("ATTACH '" + old + "' AS old", "PRAGMA foreign_keys = OFF", "BEGIN", "DELETE FROM " + table,
                    "INSERT INTO " + table + " SELECT * FROM old." + table, "COMMIT", "DETACH old");
        }
    }

    private void revoke() throws Exception {
        office.ask(office.olga, new Administration.Revoke(delegation), Secret.none());
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.DELEGATION_REVOKED);
    }

    private void assertUntrusted() throws Exception {
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.STATE_UNTRUSTED);
        office.close();
        office.open();
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.STATE_UNTRUSTED);
    }

    @Test
    void revokedDelegationIsNotPutBack() throws Exception {
        revoke();
        putBack("delegation", "vault_entry", "tally");
        assertUntrusted();
    }

    @Test
    void sealPutBackTooIsNoHelp() throws Exception {
        revoke();
        putBack("delegation", "vault_entry", "tally", "policy_state");
        assertUntrusted();
    }

    @Test
    void missingSealIsNoHelp() throws Exception {
        revoke();
        putBack("delegation", "vault_entry", "tally");
        execute("DELETE FROM policy_state");
        assertUntrusted();
    }

    @Test
    void countsAndTriesAreNotSetBack() throws Exception {
        office.ask(alice, Office.use(card, office.sign()), Secret.ofPinProof(Office.proof("wrong")));
        putBack("tally");
        assertUntrusted();
    }

    @Test
    void oldPinIsNotPutBack() throws Exception {
        office.ask(alice, new Request.ChangePin(card, Office.quick()),
                Secret.of(Office.proof("alice"), Office.proof("new"), new byte[0]));
        putBack("vault_entry");
        assertUntrusted();
    }

    @Test
    void deletedRowIsMissed() throws Exception {
        execute("PRAGMA foreign_keys = OFF", "DELETE FROM delegation WHERE by_owner = 0");
        assertUntrusted();
    }

    @Test
    void everyWayOfCountingLeavesASoundStore() throws Exception {
        office.ask(alice, Office.use(card, office.sign()), Secret.ofPinProof(Office.proof("wrong")));
        office.useUp(alice, card, office.sign());
        office.ask(alice, Office.use(card, office.sign()), Secret.ofPinProof(Office.proof("wrong")));
        office.ask(office.olga, new Administration.Unlock(delegation), Secret.none());
        Granted untouched = (Granted) office.use(alice, card, office.sign());
        office.access().gate().conclude(untouched,
                new Outcome.Refused(Refusal.of(ErrorCode.CARD_ABSENT, "no card"))).join();
        office.close();
        office.open();
        granted(office.use(alice, card, office.sign()));
    }

    @Test
    void nobodyEnrolsWhileTheRulesAreInDoubt() throws Exception {
        revoke();
        putBack("delegation", "vault_entry", "tally");
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> office.access().directory().invite("bob", Role.USER, Duration.ofHours(1)))
                .matches(refused -> refused.code() == ErrorCode.STATE_UNTRUSTED);
    }

    @Test
    void operatorMayAcceptTheRulesAsTheyStand() throws Exception {
        revoke();
        putBack("delegation", "vault_entry", "tally");
        assertUntrusted();
        office.access().rekeying().acceptRules(office.keys.policySecret());
        assertThat(((Admission.Denied) office.use(alice, card, office.sign())).refusal().code())
                .isEqualTo(ErrorCode.PIN_LOCKED);
        office.ask(office.olga, new Administration.Unlock(delegation), Secret.none());
        granted(office.use(alice, card, office.sign()));
        office.close();
        office.open();
        granted(office.use(alice, card, office.sign()));
    }

    @Test
    void wholeOldStoreFitsItselfSoThatABackupCanBeRestored() throws Exception {
        revoke();
        office.close();
        for (String ending : new String[] {"", "-wal", "-shm"}) {
            Files.deleteIfExists(Path.of(office.file + ending));
        }
        Files.copy(old, office.file);
        office.open();
        granted(office.use(alice, card, office.sign()));
    }
}
