package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.testkit.TestProxy;

/** A proxy is lost and made again from backups; an unmodified client goes on with it, or refuses it. */
class RestoreTest {
    private final Console console = new Console();
    private final GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    @TempDir
    private Path folder;
    private Path backups;
    private TestProxy proxy;
    private Path pin;
    private Path ownerPassword;
    private Keeper keeper;

    @BeforeEach
    void startProxyWithBackups() throws Exception {
        mail.start();
        backups = Files.createDirectory(folder.resolve("backups"));
        proxy = TestProxy.builder().setting("backup.folder", backups.toString()).setting("backup.keep", "2")
                .setting("backup.log.seconds", "86400")
                .setting("backup.mail.host", "127.0.0.1").setting("backup.mail.tls", "false")
                .setting("backup.mail.port", Integer.toString(mail.getSmtp().getPort()))
                .setting("backup.mail.from", "proxy@example.org").setting("backup.mail.to", "olivia@example.org")
                .start();
        pin = Files.writeString(folder.resolve("pin"), proxy.virtualPin());
        ownerPassword = proxy.ownerConfiguration().resolveSibling("user.password");
        keeper = Keeper.in(folder);
        console.succeed("proxy", "backup", "keys", home(), "--to", keeper.certificate(),
                folder.resolve("keys.eml"));
    }

    @AfterEach
    void stop() {
        proxy.close();
        mail.stop();
    }

    private Path home() {
        return proxy.folder().resolve("proxy");
    }

    /** Confirms the PIN and changes it to itself: an operation by a client that remembers the log. */
    private int use() {
        return console.run("pin", "change", "--pin", "file:" + pin, "--new-pin", "file:" + pin, "--config",
                proxy.configuration());
    }

    private int look() {
        return console.run("status", "--config", proxy.configuration());
    }

    private void backUp() {
        console.succeed("proxy", "backup", "now", home());
    }

    private Object[] restoring(Path to, Object... more) {
        List<Object> words = new ArrayList<>(List.of("proxy", "restore", to, "--keys", folder.resolve("keys.eml"),
                "--keystore", proxy.ownerConfiguration().resolveSibling("user.p12"), "--password",
                "file:" + ownerPassword));
        words.addAll(keeper.options());
        words.addAll(List.of(more));
        return words.toArray();
    }

    /** The proxy's directory is lost, and what was restored takes its place. */
    private String restore(Object... from) throws Exception {
        Path restored = folder.resolve("restored");
        String said = console.succeed(restoring(restored, from));
        proxy.exchangeHome(restored);
        return said;
    }

    private void unlock() {
        console.succeed("unlock", proxy.delegation(), "--config", proxy.ownerConfiguration());
    }

    @Test
    void restoredProxyWithTheWholeLogGoesOnWithoutABreak() throws Exception {
        assertThat(look()).isZero();
        backUp();
        assertThat(look()).isZero();
        Path log = folder.resolve("log.txt");
        console.succeed("audit", "export", home(), log);
        assertThat(restore("--from", backups, "--log", log)).contains("1 delegations are locked");
        assertThat(look()).isZero();
        assertThat(use()).isOne();
        assertThat(console.err()).contains("restored from a backup").contains("PIN_LOCKED");
        unlock();
        assertThat(use()).isZero();
        assertThat(console.succeed("audit", "verify", home(), "--config", proxy.configuration()))
                .contains("as it was written");
    }

    @Test
    void restoredProxyThatLostEntriesIsRefusedUntilTheUserAcceptsItsStatement() throws Exception {
        backUp();
        for (int i = 0; i < 4; i++) {
            assertThat(look()).isZero();
        }
        restore("--from", backups);
        assertThat(look()).isOne();
        assertThat(console.err()).contains("LOG_INCONSISTENT");
        Path statement = home().resolve("restored.txt");
        assertThat(console.run("audit", "accept-restored", statement, "--config", proxy.configuration())).isOne();
        assertThat(look()).isOne();
        console.succeed("audit", "accept-restored", statement, "--yes", "--config", proxy.configuration());
        assertThat(look()).isZero();
        assertThat(look()).isZero();
    }

    @Test
    void storeThatWasRolledBackIsRefused() throws Exception {
        assertThat(look()).isZero();
        Path old = folder.resolve("old");
        proxy.server().close();
        Program.of(folder, "cp", "-r", home().toString(), old.toString()).succeed();
        proxy.restart();
        assertThat(look()).isZero();
        proxy.exchangeHome(old);
        assertThat(look()).isOne();
        assertThat(console.err()).contains("LOG_INCONSISTENT");
    }

    @Test
    void whatTheLogSaysWasTakenAwayStaysAway() throws Exception {
        backUp();
        proxy.revoke();
        Path log = folder.resolve("log.txt");
        console.succeed("audit", "export", home(), log);
        restore("--from", backups, "--log", log);
        assertThat(use()).isOne();
        assertThat(console.err()).contains("no card is delegated to you");
    }

    @Test
    void mailsAreReadByOpensslAndEnoughToRestoreFrom() throws Exception {
        look();
        backUp();
        Path mails = Files.createDirectory(folder.resolve("mails"));
        for (MimeMessage message : mail.getReceivedMessages()) {
            try (OutputStream to = Files.newOutputStream(mails.resolve(message.getMessageNumber() + message.hashCode()
                    + ".eml"))) {
                message.writeTo(to);
            }
        }
        Path owner = proxy.ownerConfiguration().resolveSibling("user.p12");
        assertThat(Program.of(mails, "bash", "-c", "set -e; openssl pkcs12 -in " + owner + " -nodes -out owner.pem "
                + "-passin file:" + ownerPassword + "; for m in *.eml; do openssl cms -decrypt -in $m -inkey owner.pem "
                + "-recip owner.pem | openssl cms -verify -purpose smimesign -CAfile " + authority()
                + "; done; rm owner.pem").succeed()).contains("kind: rules", "kind: log", "Verification successful");
        restore("--from", mails);
        assertThat(look()).isZero();
    }

    private Path authority() {
        return proxy.ownerConfiguration().resolveSibling("authority.pem");
    }

    @Test
    void mailServerThatIsAwayIsTriedAgainAndReported() throws Exception {
        mail.stop();
        assertThat(console.run("proxy", "backup", "now", home())).isOne();
        assertThat(console.err()).contains("no backup by mail");
        assertThat(console.run("proxy", "backup", "list", home())).isOne();
        assertThat(console.out()).contains("fails since").contains("folder: rules of 20");
        mail.start();
    }

    @Test
    void folderKeepsTheLastRulesAndAllOfTheLog() throws Exception {
        for (int i = 0; i < 4; i++) {
            backUp();
            look();
        }
        try (Stream<Path> files = Files.list(backups)) {
            List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
            assertThat(names).filteredOn(name -> name.startsWith("rules-")).hasSize(2);
            assertThat(names).filteredOn(name -> name.startsWith("log-")).hasSizeGreaterThanOrEqualTo(4);
        }
        assertThat(verify()).isZero();
        Files.delete(files("log-").get(1));
        assertThat(verify()).isOne();
        assertThat(console.out()).contains("has a gap");
    }

    @Test
    void runningProxyShipsByItself() throws Exception {
        assertThat(files("rules-")).isEmpty();
        proxy.restart();
        Instant end = Instant.now().plusSeconds(120);
        while (files("log-").isEmpty() && Instant.now().isBefore(end)) {
            Thread.onSpinWait();
        }
        assertThat(files("rules-")).hasSize(1);
        assertThat(files("log-")).hasSize(1);
    }

    private List<Path> files(String start) throws Exception {
        try (Stream<Path> files = Files.list(backups)) {
            return files.filter(file -> file.getFileName().toString().startsWith(start))
                    .sorted(Comparator.naturalOrder()).toList();
        }
    }

    private int verify() {
        return console.run("proxy", "backup", "verify", backups, "--authority", authority(), "--keystore",
                proxy.ownerConfiguration().resolveSibling("user.p12"), "--password", "file:" + ownerPassword);
    }

    @Test
    void backupOfAnotherSignerIsRefused() throws Exception {
        backUp();
        assertThat(console.run("proxy", "backup", "verify", backups, "--authority", keeper.certificate(),
                "--keystore", proxy.ownerConfiguration().resolveSibling("user.p12"), "--password",
                "file:" + ownerPassword)).isOne();
        assertThat(console.run(restoring(folder.resolve("none"), "--from", folder.resolve("keys.eml")))).isOne();
        assertThat(folder.resolve("none")).isEmptyDirectory();
    }

    /** What the log took back may not be taken back there yet. */
    @Test
    void restoreThatWasCutShortIsNoProxyUntilItIsDoneAgain() throws Exception {
        backUp();
        Path restored = folder.resolve("restored");
        console.succeed(restoring(restored, "--from", backups));
        assertThat(restored.resolve("restore.unfinished")).doesNotExist();
        Files.createFile(restored.resolve("restore.unfinished"));
        assertThat(console.refused("proxy", "invite", restored, "nina")).contains("was cut short", "proxy restore");
    }

    @Test
    void keysForNobodyWhoCanOpenThemAreRefusedAndNothingIsWrittenOver() throws Exception {
        Path empty = Files.createFile(folder.resolve("empty.pem"));
        assertThat(console.refused("proxy", "backup", "keys", home(), "--to", empty, folder.resolve("more.eml")))
                .contains("there is no certificate in");
        assertThat(console.refused("proxy", "backup", "keys", home(), "--to", keeper.certificate(),
                folder.resolve("keys.eml"))).contains("keys.eml");
    }

    @Test
    void thatNobodyCanOpenBackupsIsListedAsTheirFailure() throws Exception {
        Files.write(home().resolve("proxy.properties"), List.of("backup.recipients = " + folder.resolve("none.pem")),
                StandardOpenOption.APPEND);
        assertThat(console.run("proxy", "backup", "now", home())).isOne();
        assertThat(console.run("proxy", "backup", "list", home())).isOne();
        assertThat(console.out()).contains("none.pem");
    }

    @Test
    void nobodyGetsTheSecretsAndTheStore() throws Exception {
        backUp();
        Path recipient = folder.resolve("owner.pem");
        Program.of(folder, "sh", "-c", "openssl pkcs12 -in " + proxy.ownerConfiguration().resolveSibling("user.p12")
                + " -nokeys -clcerts -passin file:" + ownerPassword + " -out " + recipient).succeed();
        assertThat(console.refused("proxy", "backup", "keys", home(), "--to", recipient, folder.resolve("more.eml")))
                .contains("opens the other backups");
    }
}
