package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.wire.Role;

/** Owners come, go and renew what opens their backups; folders are changed and lost. */
class BackupRecipientsTest {
    private final Console console = new Console();
    @TempDir
    private Path folder;
    private Path backups;
    private TestProxy proxy;

    @BeforeEach
    void startProxyWithBackups() throws Exception {
        backups = Files.createDirectory(folder.resolve("backups"));
        proxy = TestProxy.builder().setting("backup.folder", backups.toString())
                .setting("backup.log.seconds", "86400").start();
        backUp();
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private void backUp() {
        console.succeed("proxy", "backup", "now", proxy.folder().resolve("proxy"));
    }

    /** @param owner whose keys open them */
    private int verify(Path owner) {
        return console.run("proxy", "backup", "verify", backups, "--authority", owner.resolve("authority.pem"),
                "--keystore", owner.resolve("user.p12"), "--password", "file:" + owner.resolve("user.password"));
    }

    private Path owner() {
        return proxy.ownerConfiguration().getParent();
    }

    @Test
    void ownerWithARenewedCertificateOpensBackupsFromBefore() {
        console.succeed("renew", "--config", proxy.ownerConfiguration());
        assertThat(verify(owner())).as(console.err()).isZero();
    }

    @Test
    void ownerWithANewKeyGetsTheWholeLogAgain() {
        console.succeed("renew", "--new-key", "--config", proxy.ownerConfiguration());
        assertThat(verify(owner())).isOne();
        assertThat(console.err()).contains("encrypted to others");
        backUp();
        assertThat(verify(owner())).as(console.out() + console.err()).isZero();
        assertThat(console.out()).contains("encrypted to others", "as the proxy wrote them");
    }

    @Test
    void ownerWhoComesLaterGetsTheWholeLogAndTheFirstOneStillOpensAll() throws Exception {
        String code = proxy.owner().invite("oscar", Role.OWNER);
        Path oscar = folder.resolve("oscar");
        console.succeed("enroll", "--proxy", proxy.url(), "--dir", oscar, "--code", code);
        backUp();
        assertThat(verify(oscar)).as(console.out() + console.err()).isZero();
        assertThat(verify(owner())).isZero();
    }

    @Test
    void folderThatWasEmptiedGetsTheWholeLogAgain() throws Exception {
        try (Stream<Path> files = Files.list(backups)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        backUp();
        assertThat(verify(owner())).as(console.out() + console.err()).isZero();
    }

    @Test
    void anotherFolderGetsTheWholeLog() throws Exception {
        Path settings = proxy.folder().resolve("proxy").resolve("proxy.properties");
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.write(settings, List.of("backup.folder = " + other), StandardOpenOption.APPEND);
        backups = other;
        backUp();
        assertThat(verify(owner())).as(console.out() + console.err()).isZero();
    }
}
