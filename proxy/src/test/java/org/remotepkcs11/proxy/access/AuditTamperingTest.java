package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.proxy.audit.AuditExport;
import org.remotepkcs11.proxy.audit.AuditReport;
import org.remotepkcs11.proxy.audit.AuditVerifier;
import org.remotepkcs11.proxy.audit.EntryText;
import org.remotepkcs11.proxy.audit.InclusionProof;
import org.remotepkcs11.proxy.audit.LogCopy;
import org.remotepkcs11.proxy.audit.StoredLog;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.NoteVerifier;

class AuditTamperingTest {
    @TempDir
    private Path dir;
    private Office office;
    private Person alice;
    private Id card;
    private NoteVerifier log;
    private String receipt;

    @BeforeEach
    void writeALog() throws Exception {
        office = Office.in(dir);
        alice = office.user("alice");
        card = office.addCard("seal", Office.SOURCE);
        office.delegate(card, alice, Limits.NONE);
        for (int i = 0; i < 5; i++) {
            office.useUp(alice, card, office.sign());
        }
        receipt = office.conclude((Granted) office.use(alice, card, office.sign())).position().treeHead();
        office.use(alice, Id.random(), office.sign());
        log = NoteVerifier.parse(office.access().log().verifierKey());
        office.close();
    }

    private AuditReport verify(String... remembered) throws Exception {
        try (LogCopy copy = StoredLog.open(office.file)) {
            return AuditVerifier.verify(copy, log, List.of(remembered));
        }
    }

    private void tamper(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + office.file);
                Statement statement = connection.createStatement()) {
            for (String one : sql.split(";")) {
                statement.executeUpdate(one);
            }
        }
    }

    private Path export() throws Exception {
        Path file = dir.resolve("export.txt");
        StringWriter text = new StringWriter();
        try (LogCopy copy = StoredLog.open(office.file)) {
            AuditExport.write(copy, text);
        }
        return Files.writeString(file, text.toString());
    }

    private AuditReport verifyExport(Path file) throws Exception {
        try (LogCopy copy = AuditExport.open(file)) {
            return AuditVerifier.verify(copy, log, List.of(receipt));
        }
    }

    @Test
    void soundLogIsFoundSound() throws Exception {
        AuditReport report = verify(receipt);
        assertThat(report.findings()).isEmpty();
        assertThat(report.uncovered()).isZero();
        assertThat(report.counts().intents()).isEqualTo(7);
        assertThat(report.counts().refusals()).isEqualTo(1);
        assertThat(report.counts().open()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "UPDATE log_entry SET body = (SELECT body FROM log_entry WHERE position = 9) WHERE position = 7",
        "DELETE FROM log_entry WHERE position = 7",
        "DELETE FROM log_entry WHERE position >= 12",
        "UPDATE log_entry SET position = -1 WHERE position = 7; UPDATE log_entry SET position = 7 WHERE position = 9;"
            + "UPDATE log_entry SET position = 9 WHERE position = -1",
        "INSERT INTO log_entry SELECT position + 1000, leaf, body FROM log_entry WHERE position = 9",
        "UPDATE log_entry SET body = CAST(body || x'00' AS BLOB) WHERE position = 10",
        "UPDATE log_head SET note = replace(note, 'pkcs11', 'pkcs12')",
        "DELETE FROM log_head"})
    void everyTamperingIsFound(String sql) throws Exception {
        tamper(sql);
        assertThat(verify().sound()).isFalse();
    }

    /** Puts back the store as it was before one more use. @return the receipt for that use */
    private String rollBack() throws Exception {
        Path old = dir.resolve("old.db");
        Files.copy(office.file, old);
        String later = useAgain();
        Files.move(old, office.file, StandardCopyOption.REPLACE_EXISTING);
        return later;
    }

    private String useAgain() throws Exception {
        office.open();
        String head = office.conclude((Granted) office.use(alice, card, office.sign())).position().treeHead();
        office.close();
        return head;
    }

    @Test
    void rollbackIsFoundByWhoeverKeptAReceipt() throws Exception {
        String later = rollBack();
        assertThat(verify(receipt).sound()).isTrue();
        assertThat(verify(later).findings()).anyMatch(finding -> finding.problem().contains("cut off"));
    }

    @Test
    void forkAfterARollbackIsFoundByWhoeverKeptAReceipt() throws Exception {
        String later = rollBack();
        useAgain();
        String forked = useAgain();
        assertThat(verify(forked).sound()).isTrue();
        assertThat(verify(later).findings()).anyMatch(finding -> finding.problem().contains("not those of"));
    }

    @Test
    void proxyRefusesToContinueAChangedTree() throws Exception {
        tamper("UPDATE log_node SET hash = zeroblob(32)");
        assertThatIOException().isThrownBy(() -> office.open()).withMessageContaining("changed outside the proxy");
    }

    @Test
    void proxyRefusesToContinueAShortenedLog() throws Exception {
        tamper("DELETE FROM log_entry WHERE position >= 12");
        assertThatIOException().isThrownBy(() -> office.open()).withMessageContaining("changed outside the proxy");
    }

    @Test
    void otherLogsKeyIsNotBelieved() throws Exception {
        try (LogCopy copy = StoredLog.open(office.file)) {
            NoteVerifier other = NoteVerifier.of("remote-pkcs11/other", office.keys.log().getPublic());
            assertThat(AuditVerifier.verify(copy, other, List.of()).sound()).isFalse();
        }
    }

    @Test
    void exportIsVerifiedWithoutTheProxy() throws Exception {
        AuditReport report = verifyExport(export());
        assertThat(report.findings()).isEmpty();
        assertThat(report.entries()).isEqualTo(verify().entries());
    }

    @Test
    void everyChangedCharacterOfAnExportIsFound() throws Exception {
        Path file = export();
        String text = Files.readString(file);
        int end = text.indexOf("\n\n");
        for (int i = "remote-pkcs11 audit log v1\n".length(); i < end; i += 97) {
            char other = text.charAt(i) == 'A' ? 'B' : 'A';
            Files.writeString(file, text.substring(0, i) + other + text.substring(i + 1));
            assertThat(soundOrUnreadable(file)).as("character %d", i).isFalse();
        }
    }

    private boolean soundOrUnreadable(Path file) {
        try {
            return verifyExport(file).sound();
        } catch (Exception unreadable) {
            return false;
        }
    }

    @Test
    void entryIsProvenWithoutTheProxy() throws Exception {
        try (LogCopy copy = AuditExport.open(export())) {
            InclusionProof proof = InclusionProof.of(copy, 7);
            InclusionProof read = InclusionProof.parse(proof.text());
            assertThat(read.isProofFor(log)).isTrue();
            assertThat(read.entry().time()).isEqualTo(office.clock.instant());
        }
    }

    @Test
    void proofOfAnotherEntryOrPlaceIsNone() throws Exception {
        try (LogCopy copy = AuditExport.open(export())) {
            InclusionProof proof = InclusionProof.of(copy, 7);
            InclusionProof other = InclusionProof.of(copy, 8);
            assertThat(new InclusionProof(8, proof.body(), proof.path(), proof.head()).isProofFor(log)).isFalse();
            assertThat(new InclusionProof(7, other.body(), proof.path(), proof.head()).isProofFor(log)).isFalse();
        }
    }

    @Test
    void everyEntryIsShownInWords() throws Exception {
        office.open();
        var reader = office.access().log().reader();
        StringBuilder text = new StringBuilder();
        EntryText words = new EntryText();
        for (long i = 0; i < reader.size(); i++) {
            text.append(words.of(i, reader.entry(i).orElseThrow())).append('\n');
        }
        office.close();
        assertThat(text).contains("enrolled: alice as USER", "user olga (", "asked AddCard " + Office.SOURCE + " as seal",
                "asked Delegate to alice", "asked use SIGN", HexFormat.of().formatHex(Office.sha256("a document")),
                "made sha-256", "refused: CARD_UNKNOWN").doesNotContain(Office.CARD_PIN);
    }
}
