package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.remotepkcs11.proxy.access.Denials.granted;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.proxy.audit.AuditReport;
import org.remotepkcs11.proxy.audit.AuditVerifier;
import org.remotepkcs11.proxy.audit.LogCopy;
import org.remotepkcs11.proxy.audit.StoredLog;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.NoteVerifier;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Role;
import org.remotepkcs11.wire.Secret;

/** Somebody writes into the log's tables while the proxy runs. */
class RunningTamperingTest {
    private static final String TABLES = "log_entry log_node log_head";

    @TempDir
    private Path dir;
    private Office office;
    private Person alice;
    private Id card;

    @BeforeEach
    void writeALog() throws Exception {
        office = Office.in(dir);
        alice = office.user("alice");
        card = office.addCard("seal", Office.SOURCE);
        office.delegate(card, alice, Limits.NONE);
        for (int i = 0; i < 5; i++) {
            office.useUp(alice, card, office.sign());
        }
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

    private Admission use() throws Exception {
        return office.send(alice, Id.random(), Office.use(card, office.sign()),
                Secret.ofPinProof(Office.proof("alice"))).get(20, TimeUnit.SECONDS);
    }

    private Optional<String> head() throws Exception {
        try (LogCopy copy = StoredLog.open(office.file)) {
            return copy.head();
        }
    }

    private AuditReport verify() throws Exception {
        try (LogCopy copy = StoredLog.open(office.file)) {
            return AuditVerifier.verify(copy, NoteVerifier.parse(office.access().log().verifierKey()), List.of());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "DELETE FROM log_entry WHERE position > (SELECT MAX(position) FROM log_entry) - 3",
        "DELETE FROM log_entry",
        "DELETE FROM log_node",
        "UPDATE log_node SET hash = zeroblob(32)",
        "UPDATE log_entry SET leaf = zeroblob(32)",
        "UPDATE log_entry SET position = position + 1000 WHERE position = (SELECT MAX(position) FROM log_entry)"})
    void treeThatWasChangedIsNotGoneOnFromAndNoHeadIsSignedOverIt(String sql) throws Exception {
        Optional<String> signed = head();
        execute(sql);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(this::use).isInstanceOf(ExecutionException.class).cause()
                    .isInstanceOfSatisfying(RefusedException.class, refused -> {
                        assertThat(refused.code()).isEqualTo(ErrorCode.STATE_UNTRUSTED);
                        assertThat(refused.refusal().detail()).contains("the audit log was changed outside the proxy");
                    });
        }
        assertThat(head()).isEqualTo(signed);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "UPDATE log_entry SET body = (SELECT body FROM log_entry WHERE position = 9) WHERE position = 7",
        "DELETE FROM log_entry WHERE position = 7",
        "UPDATE log_entry SET position = -1 WHERE position = 7; UPDATE log_entry SET position = 7 WHERE position = 9;"
            + "UPDATE log_entry SET position = 9 WHERE position = -1"})
    void entryThatWasChangedStaysFoundHoweverTheProxyGoesOn(String sql) throws Exception {
        execute(sql.split(";"));
        granted(use());
        assertThat(verify().findings()).isNotEmpty();
        office.close();
        office.open();
        granted(use());
        assertThat(verify().findings()).isNotEmpty();
    }

    @Test
    void whoPutsTheLogBackHasTheProxyGoOn() throws Exception {
        String old = dir.resolve("old.db").toString();
        execute("VACUUM INTO '" + old + "'", "DELETE FROM log_entry WHERE position > 5");
        assertThatThrownBy(this::use).hasMessageContaining("STATE_UNTRUSTED");
        for (String table : TABLES.split(" ")) {
            execute("ATTACH '" + old + "' AS old", "DELETE FROM " + table, "INSERT INTO " + table + " SELECT * FROM old."
                    + table);
        }
        granted(use());
        assertThat(verify().sound()).isTrue();
    }

    @Test
    void whatTheOperatorDoesBesideTheProxyIsNoTampering() throws Exception {
        try (Access beside = office.beside()) {
            beside.directory().invite("bob", Role.USER, Duration.ofHours(1));
        }
        granted(use());
        assertThat(verify().sound()).isTrue();
    }
}
