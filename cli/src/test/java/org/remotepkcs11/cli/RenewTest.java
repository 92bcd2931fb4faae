package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.cli.enroll.UserKeyStore;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.wire.Role;

class RenewTest {
    private static TestProxy proxy;

    private final Console console = new Console();
    @TempDir
    private Path folder;

    @BeforeAll
    static void startProxy() throws Exception {
        proxy = TestProxy.start();
    }

    @AfterAll
    static void stopProxy() throws Exception {
        proxy.close();
    }

    private Path enrolled(String name) throws Exception {
        return enrolled(name, proxy.owner().invite(name, Role.USER));
    }

    private Path enrolled(String name, String code) {
        console.succeed("enroll", "--force", "--proxy", proxy.url(), "--dir", folder.resolve(name), "--code", code);
        return folder.resolve(name).resolve("client.properties");
    }

    private static X509Certificate certificate(Path configuration) throws Exception {
        ClientConfiguration loaded = ClientConfiguration.load(configuration);
        return UserKeyStore.open(loaded.userKeyStore(), loaded.userKeyStorePassword()).certificate();
    }

    /** Enrolled so long ago that renewal is due. */
    private Path enrolledLongAgo(String name) throws Exception {
        String code = proxy.owner().invite(name, Role.USER);
        proxy.moveClock(Duration.ofDays(-300));
        Path configuration = enrolled(name, code);
        proxy.moveClock(Duration.ofDays(300));
        return configuration;
    }

    @Test
    void renewedCertificateIsForTheSameKey() throws Exception {
        Path configuration = enrolled("same");
        X509Certificate before = certificate(configuration);
        assertThat(console.succeed("renew", "--config", configuration)).contains("the certificate is good until");
        assertThat(certificate(configuration).getPublicKey()).isEqualTo(before.getPublicKey());
        assertThat(certificate(configuration).getSerialNumber()).isNotEqualTo(before.getSerialNumber());
        console.succeed("status", "--config", configuration);
    }

    @Test
    void newKeyIsTakenAndTheOldOneIsNot() throws Exception {
        Path configuration = enrolled("new");
        Path old = Files.copy(folder.resolve("new/user.p12"), folder.resolve("old.p12"));
        console.succeed("renew", "--new-key", "ED25519", "--config", configuration);
        assertThat(certificate(configuration).getPublicKey().getAlgorithm()).isEqualTo("EdDSA");
        console.succeed("status", "--config", configuration);
        Files.move(old, folder.resolve("new/user.p12"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(console.refused("renew", "--config", configuration)).contains("NAME_TAKEN");
    }

    @Test
    void answerThatWasLostIsAskedForAgain() throws Exception {
        Path configuration = enrolled("lost");
        Path store = folder.resolve("lost/user.p12");
        Path before = Files.copy(store, folder.resolve("before.p12"));
        console.succeed("renew", "--new-key", "--config", configuration);
        Files.move(store, store.resolveSibling("user.p12.next"));
        Files.move(before, store);
        console.succeed("renew", "--new-key", "--config", configuration);
        assertThat(folder.resolve("lost/user.p12.next")).doesNotExist();
        console.succeed("renew", "--config", configuration);
    }

    @Test
    void timerRenewsOnlyInTheLastThird() throws Exception {
        assertThat(console.succeed("renew", "--if-due", "--config", enrolled("early"))).contains("renewal is due from");
        Path due = enrolledLongAgo("due");
        X509Certificate before = certificate(due);
        assertThat(console.succeed("status", "--config", due)).contains("renew it: rpkcs11 renew");
        console.run("doctor", "--config", due);
        assertThat(console.out()).contains("renew it: rpkcs11 renew");
        console.succeed("renew", "--if-due", "--config", due);
        assertThat(certificate(due).getNotAfter()).isAfter(before.getNotAfter());
        assertThat(console.succeed("status", "--config", due)).doesNotContain("renew it");
    }

    @Test
    void personWhoseCertificateExpiredComesBackByACodeOfTheOwner() throws Exception {
        try (TestProxy later = TestProxy.start()) {
            later.moveClock(Duration.ofDays(500));
            assertThat(console.refused("renew", "--config", later.configuration()))
                    .contains("CERTIFICATE_EXPIRED").contains("rpkcs11 invite --replace");
            later.moveClock(Duration.ofDays(-500));
            replaced(later);
        }
    }

    /** With the delegation that was there. */
    private void replaced(TestProxy later) throws IOException {
        String code = console.succeed("invite", "--replace", "ugo", "--config", later.ownerConfiguration()).strip();
        assertThat(console.refused("status", "--config", later.configuration())).contains("USER_DISABLED");
        console.succeed("enroll", "--proxy", later.url(), "--dir", folder.resolve("back"), "--code", code);
        assertThat(console.succeed("status", "--config", folder.resolve("back/client.properties"))).contains("card  ");
    }
}
