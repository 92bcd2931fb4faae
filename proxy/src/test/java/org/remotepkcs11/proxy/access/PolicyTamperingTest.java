package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.proxy.access.Denials.denied;
import static org.remotepkcs11.proxy.access.Denials.granted;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Secret;

/** Somebody with the database file and a text editor for it. */
class PolicyTamperingTest {
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
        delegation = office.delegate(card, alice, new Limits(Optional.empty(), Optional.empty(), 3, Set.of(),
                Set.of(), Set.of(), Set.of()));
        office.useUp(alice, card, office.sign());
    }

    @AfterEach
    void close() {
        office.close();
    }

    private void tamper(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + office.file);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).as(sql).isPositive();
        }
    }

    private void assertUntrusted() throws Exception {
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.STATE_UNTRUSTED);
        var reader = office.access().log().reader();
        AuditEntry.Refused last = (AuditEntry.Refused) reader.entry(reader.size() - 1).orElseThrow().matter();
        assertThat(last.refusal().code()).isEqualTo(ErrorCode.STATE_UNTRUSTED);
        assertThat(last.refusal().detail()).contains("outside the proxy");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "UPDATE tally SET operations = 0 WHERE operations = 1",
        "UPDATE tally SET tries = -100",
        "DELETE FROM tally",
        "UPDATE delegation SET limits = x'' WHERE by_owner = 0",
        "UPDATE delegation SET by_owner = 1 WHERE by_owner = 0",
        "UPDATE delegation SET made = made + 1",
        "UPDATE delegation SET mac = zeroblob(32)",
        "UPDATE delegation SET derivation = (SELECT derivation FROM delegation WHERE by_owner = 1) WHERE by_owner = 0",
        "UPDATE card_member SET description = x''",
        "UPDATE card_member SET sealed_pin = zeroblob(60)",
        "DELETE FROM card_member",
        "UPDATE person SET role = 'OWNER' WHERE name = 'alice'",
        "UPDATE person SET name = 'alicia' WHERE name = 'alice'",
        "DELETE FROM vault_entry WHERE delegation IN (SELECT id FROM delegation WHERE by_owner = 0)"})
    void changedRowGivesNoRight(String sql) throws Exception {
        tamper(sql);
        assertUntrusted();
    }

    @Test
    void revocationIsNotUndoneByHand() throws Exception {
        office.ask(office.olga, new Administration.Revoke(delegation), Secret.none());
        tamper("UPDATE delegation SET revoked = 0 WHERE by_owner = 0");
        assertUntrusted();
    }

    @Test
    void disablingIsNotUndoneByHand() throws Exception {
        office.ask(office.olga, new Administration.DisableUser("alice"), Secret.none());
        tamper("UPDATE person SET disabled = 0 WHERE name = 'alice'");
        assertUntrusted();
    }

    @Test
    void othersAreNotHarmedByATamperedRow() throws Exception {
        tamper("UPDATE delegation SET limits = x'' WHERE by_owner = 0");
        assertUntrusted();
        granted(office.use(office.olga, card, office.sign()));
    }

    @Test
    void vaultEntryOfAnotherOpensNothing() throws Exception {
        Person bob = office.user("bob");
        Id delegation = office.delegate(card, bob, Limits.NONE);
        tamper("UPDATE vault_entry SET sealed = (SELECT sealed FROM vault_entry v JOIN delegation d"
                + " ON d.id = v.delegation WHERE d.by_owner = 1)");
        office.access().rekeying().acceptRules(office.keys.policySecret());
        office.ask(office.olga, new Administration.Unlock(delegation), Secret.none());
        assertThat(denied(office.ask(bob, Office.use(card, office.sign()), Secret.ofPinProof(Office.proof("olga")))))
                .isEqualTo(ErrorCode.PIN_WRONG);
    }

    @Test
    void invitationIsNotMadeByHand() throws Exception {
        Person eve = Person.named("eve");
        tamper("INSERT INTO person SELECT zeroblob(16), 'eve', 'OWNER', x'" + eve.caller().fingerprint()
                + "', certificate, 0, mac, NULL FROM person WHERE name = 'olga'");
        assertThat(denied(office.ask(eve, new Administration.ListState(), Secret.none())))
                .isEqualTo(ErrorCode.STATE_UNTRUSTED);
    }
}
