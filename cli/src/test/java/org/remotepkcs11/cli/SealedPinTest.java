package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.testkit.TestUser;
import org.remotepkcs11.testkit.UserKey;

/** A virtual PIN reaches its user encrypted; OpenSSL reads it too, and nobody else does. */
class SealedPinTest {
    @TempDir
    private static Path folder;
    private static TestProxy proxy;
    private final Console console = new Console();

    @BeforeAll
    static void startProxy() throws Exception {
        proxy = TestProxy.start();
        Files.writeString(folder.resolve("owner.pin"), proxy.ownerPin());
    }

    @AfterAll
    static void stopProxy() {
        proxy.close();
    }

    private Path delegate(TestUser user) {
        Path sealed = folder.resolve(user.name() + ".cms");
        assertThat(console.succeed("delegate", proxy.token(), user.name(), "--pin", "file:" + folder.resolve("owner.pin"),
                "--sealed-pin", sealed, "--config", proxy.ownerConfiguration())).doesNotContain("shown only now");
        return sealed;
    }

    @ParameterizedTest
    @EnumSource(value = UserKey.class, names = {"P_256", "RSA_2048"})
    void theUserOpensItAndLogsInByIt(UserKey key) throws Exception {
        TestUser user = proxy.enroll("user " + key, key);
        String pin = console.succeed("pin", "open", delegate(user), "--config", user.configuration()).strip();
        Path file = Files.writeString(folder.resolve("user.pin"), pin);
        Path other = Files.writeString(folder.resolve("new.pin"), "4711-other");
        console.succeed("pin", "change", "--pin", "file:" + file, "--new-pin", "file:" + other, "--config",
                user.configuration());
    }

    @ParameterizedTest
    @EnumSource(value = UserKey.class, names = {"P_256", "RSA_2048"})
    void openSslDecryptsIt(UserKey key) throws Exception {
        TestUser user = proxy.enroll("ssl " + key, key);
        Path sealed = delegate(user);
        Path pem = Files.writeString(folder.resolve("key.pem"), "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(user.keys().getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n");
        String opened = console.succeed("pin", "open", sealed, "--config", user.configuration()).strip();
        assertThat(Command.of("openssl", "cms", "-decrypt", "-inform", "PEM", "-in", sealed.toString(), "-inkey",
                pem.toString()).run().strip()).isEqualTo(opened);
    }

    @Test
    void anotherUserCannotOpenIt() throws Exception {
        TestUser eve = proxy.enroll("eve", UserKey.P_256);
        Path sealed = delegate(proxy.enroll("una", UserKey.P_256));
        assertThat(console.run("pin", "open", sealed, "--config", eve.configuration())).isEqualTo(1);
    }

    @Test
    void nothingIsDelegatedWhereThePinCannotBeSealed() throws Exception {
        TestUser edward = proxy.enroll("edward", UserKey.ED25519);
        assertThat(console.run("delegate", proxy.token(), "edward", "--pin", "file:" + folder.resolve("owner.pin"),
                "--sealed-pin", folder.resolve("none.cms"), "--config", proxy.ownerConfiguration())).isEqualTo(1);
        assertThat(proxy.owner().state().delegations()).noneMatch(one -> one.userName().equals(edward.name()));
    }
}
