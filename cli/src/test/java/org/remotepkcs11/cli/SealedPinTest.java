package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.client.Login;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.testkit.TestUser;
import org.remotepkcs11.testkit.UserKey;
import org.remotepkcs11.wire.Fingerprint;

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
    @EnumSource(UserKey.class)
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
    void fileThatIsThereIsNeitherWrittenOverNorDeleted() throws Exception {
        TestUser user = proxy.enroll("twice", UserKey.P_256);
        String before = Files.readString(delegate(user));
        assertThat(console.refused("delegate", proxy.token(), user.name(), "--pin", "file:" + folder.resolve("owner.pin"),
                "--sealed-pin", folder.resolve("twice.cms"), "--config", proxy.ownerConfiguration())).contains("twice.cms");
        assertThat(folder.resolve("twice.cms")).hasContent(before);
    }

    @Test
    void wrongPasswordOfTheOwnKeyIsSaid() throws Exception {
        TestUser user = proxy.enroll("locked out", UserKey.P_256);
        Path sealed = delegate(user);
        Path wrong = Files.writeString(folder.resolve("wrong"), "wrong");
        Path configuration = folder.resolve("wrong.properties");
        Path there = user.configuration().getParent();
        Files.writeString(configuration, Files.readString(user.configuration()).replaceAll("=([a-z]+\\.(pem|p12))", "=" + there + "/$1")
                .replaceAll("user.keystore.password=.*", "user.keystore.password=file:" + wrong));
        assertThat(console.refused("pin", "open", sealed, "--config", configuration)).contains("the password does not open");
    }

    @Test
    void anotherUserCannotOpenIt() throws Exception {
        TestUser eve = proxy.enroll("eve", UserKey.P_256);
        Path sealed = delegate(proxy.enroll("una", UserKey.P_256));
        assertThat(console.run("pin", "open", sealed, "--config", eve.configuration())).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(UserKey.class)
    void theProxyHandsItOnUntilTheUserHasLoggedIn(UserKey key) throws Exception {
        TestUser user = proxy.enroll("far " + key, key);
        console.succeed("delegate", proxy.token(), user.name(), "--pin", "file:" + folder.resolve("owner.pin"),
                "--deliver-pin", "--config", proxy.ownerConfiguration());
        assertThat(console.out()).doesNotContain("shown only now").contains(Fingerprint.of(user.keys().getPublic()).toString());
        assertThat(console.succeed("status", "--config", user.configuration())).contains("rpkcs11 pin fetch");
        String pin = console.succeed("pin", "fetch", "--config", user.configuration()).strip();
        assertThat(console.succeed("pin", "fetch", "--config", user.configuration()).strip()).isEqualTo(pin);
        try (RemoteClient client = RemoteClient.of(ClientConfiguration.load(user.configuration()));
             Login login = client.login(client.card(Optional.empty()), pin.toCharArray())) {
            assertThat(login.card().token().label()).isEqualTo(proxy.token());
        }
        assertThat(console.refused("pin", "fetch", "--config", user.configuration())).contains("no virtual pin waits");
        assertThat(console.succeed("status", "--config", user.configuration())).doesNotContain("pin fetch");
    }

    @Test
    void whatTheProxyHandsOnIsNotInItsLog() throws Exception {
        TestUser user = proxy.enroll("unlogged", UserKey.P_256);
        console.succeed("delegate", proxy.token(), user.name(), "--pin", "file:" + folder.resolve("owner.pin"),
                "--deliver-pin", "--config", proxy.ownerConfiguration());
        byte[] sealed;
        try (RemoteClient client = RemoteClient.of(ClientConfiguration.load(user.configuration()))) {
            sealed = client.snapshot().cards().get(0).sealedPin();
        }
        assertThat(sealed).isNotEmpty();
        assertThat(proxy.log().stream().map(AuditEntry::matter).filter(AuditEntry.Done.class::isInstance)
                .map(matter -> ((AuditEntry.Done) matter).evidence().body()))
                .noneMatch(body -> latin1(body).contains(latin1(sealed)));
    }

    @Test
    void nothingIsDelegatedWhereTheFileCannotBeWritten() throws Exception {
        TestUser user = proxy.enroll("unwritten", UserKey.P_256);
        assertThat(console.run("delegate", proxy.token(), user.name(), "--pin", "file:" + folder.resolve("owner.pin"),
                "--sealed-pin", folder.resolve("no such folder").resolve("pin.cms"), "--config",
                proxy.ownerConfiguration())).isEqualTo(1);
        assertThat(proxy.owner().state().delegations()).noneMatch(one -> one.userName().equals(user.name()));
    }

    @Test
    void noFileIsLeftWhereNothingWasDelegated() throws Exception {
        Path wrong = Files.writeString(folder.resolve("wrong.pin"), "wrong");
        TestUser user = proxy.enroll("undelegated", UserKey.P_256);
        Path sealed = folder.resolve("none.cms");
        assertThat(console.refused("delegate", proxy.token(), user.name(), "--pin", "file:" + wrong, "--sealed-pin",
                sealed, "--config", proxy.ownerConfiguration())).contains("PIN_WRONG");
        assertThat(sealed).doesNotExist();
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
