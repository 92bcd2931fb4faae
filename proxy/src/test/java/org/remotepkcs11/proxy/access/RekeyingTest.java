package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.remotepkcs11.proxy.access.Denials.denied;
import static org.remotepkcs11.proxy.access.Denials.granted;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Role;
import org.remotepkcs11.wire.Secret;

/** The secrets outside the database are changed for others. */
class RekeyingTest {
    private static final byte[] NEXT = Office.sha256("next secret");

    @TempDir
    private Path dir;
    private Office office;
    private Person alice;
    private Id card;

    @BeforeEach
    void haveARowInEveryTable() throws Exception {
        office = Office.in(dir);
        alice = office.user("alice");
        card = office.addCard("seal", Office.SOURCE);
        office.delegate(card, alice, Limits.NONE.withKeys(Set.of(office.ec.fingerprint())).withWarranty());
        office.access().directory().invite("bob", Role.USER, Duration.ofHours(1));
    }

    @AfterEach
    void close() {
        office.close();
    }

    private void change(boolean policy) throws Exception {
        if (policy) {
            office.access().rekeying().policy(NEXT);
        } else {
            office.access().rekeying().vault(NEXT);
        }
        reopen(policy ? office.keys.vaultSecret() : NEXT, policy ? NEXT : office.keys.policySecret());
    }

    private void reopen(byte[] vault, byte[] policy) throws Exception {
        office.reopen(new AccessKeys(office.keys.proxy(), office.keys.authority(), vault, policy, office.keys.log(),
                office.keys.delegations()));
    }

    private Map<String, Set<String>> macs() {
        Map<String, Set<String>> macs = new TreeMap<>();
        try (Handle handle = Jdbi.open("jdbc:sqlite:" + office.file)) {
            for (String table : handle.select("SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c"
                    + " WHERE m.type = 'table' AND c.name = 'mac'").mapTo(String.class).list()) {
                macs.put(table, new HashSet<>(handle.select("SELECT hex(mac) FROM " + table).mapTo(String.class).list()));
            }
        }
        return macs;
    }

    /** A table that comes later has to be filled above. */
    @Test
    void everyRowOfEveryTableIsUnderTheNextPolicyKey() throws Exception {
        Map<String, Set<String>> before = macs();
        assertThat(before.values()).noneMatch(Set::isEmpty);
        change(true);
        macs().forEach((table, after) -> assertThat(after).as(table).hasSameSizeAs(before.get(table))
                .doesNotContainAnyElementsOf(before.get(table)));
        granted(office.useUp(alice, card, office.sign()));
        granted(office.useUp(office.olga, card, office.sign()));
        office.user("carla");
    }

    @Test
    void theFormerPolicyKeyIsBelievedNothing() throws Exception {
        change(true);
        reopen(office.keys.vaultSecret(), office.keys.policySecret());
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.STATE_UNTRUSTED);
    }

    @Test
    void rulesThatWereTamperedWithAreNotTakenOver() throws Exception {
        try (Handle handle = Jdbi.open("jdbc:sqlite:" + office.file)) {
            handle.execute("UPDATE person SET role = 'OWNER' WHERE name = 'alice'");
        }
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> office.access().rekeying().policy(NEXT))
                .matches(refused -> refused.code() == ErrorCode.STATE_UNTRUSTED);
        reopen(office.keys.vaultSecret(), office.keys.policySecret());
        granted(office.useUp(office.olga, card, office.sign()));
    }

    @Test
    void pinsOpenCardsAfterTheVaultKeyWasChangedAgainAndAgain() throws Exception {
        change(false);
        granted(office.useUp(alice, card, office.sign()));
        byte[] third = Office.sha256("third secret");
        office.access().rekeying().vault(third);
        reopen(third, office.keys.policySecret());
        granted(office.useUp(alice, card, office.sign()));
        assertThat(denied(office.ask(alice, Office.use(card, office.sign()), Secret.ofPinProof(Office.proof("olga")))))
                .isEqualTo(ErrorCode.PIN_WRONG);
        office.ask(alice, new Request.ChangePin(card, Office.quick()),
                Secret.of(Office.proof("alice"), Office.proof("changed"), new byte[0]));
        granted(office.ask(alice, Office.use(card, office.sign()), Secret.ofPinProof(Office.proof("changed"))));
    }

    /** Also who has the former one and the database of now. */
    @Test
    void theFormerVaultKeyOpensNothing() throws Exception {
        change(false);
        reopen(office.keys.vaultSecret(), office.keys.policySecret());
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.PIN_WRONG);
    }

    @Test
    void whereTheVaultKeyIsLostOwnersAddTheirCardsAnew() throws Exception {
        assertThat(office.access().rekeying().forgetCards(NEXT)).isEqualTo(1);
        reopen(NEXT, office.keys.policySecret());
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.DELEGATION_REVOKED);
        Id again = office.addCard("seal", Office.SOURCE);
        office.delegate(again, alice, Limits.NONE);
        granted(office.useUp(alice, again, office.sign()));
    }

    @Test
    void theStoreTellsWhichSecretItGoesWith() throws Exception {
        byte[] before = office.keys.policySecret();
        assertThat(StoreSecret.POLICY.choose(StoreSecret.told(office.file), List.of(before, NEXT))).isEmpty();
        office.access().recover();
        assertThat(StoreSecret.POLICY.choose(StoreSecret.told(office.file), List.of(before, NEXT))).hasValue(before);
        change(true);
        assertThat(StoreSecret.POLICY.choose(StoreSecret.told(office.file), List.of(before, NEXT))).hasValue(NEXT);
        assertThat(StoreSecret.POLICY.choose(StoreSecret.told(office.file), List.of(before))).isEmpty();
        assertThat(StoreSecret.VAULT.choose(StoreSecret.told(office.file), List.of(NEXT, office.keys.vaultSecret())))
                .hasValue(office.keys.vaultSecret());
    }

    /** Else an entry more in the log would have the right key fit no more. */
    @Test
    void aServerThatStartsWithAnotherPolicyKeyWritesNothing() throws Exception {
        reopen(office.keys.vaultSecret(), NEXT);
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> office.access().recover())
                .matches(refused -> refused.code() == ErrorCode.STATE_UNTRUSTED);
        reopen(office.keys.vaultSecret(), office.keys.policySecret());
        office.access().recover();
        granted(office.useUp(alice, card, office.sign()));
    }
}
