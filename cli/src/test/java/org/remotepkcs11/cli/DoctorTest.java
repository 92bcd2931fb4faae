package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.testkit.TestProxy;

class DoctorTest {
    private final Console console = new Console();
    private TestProxy proxy;
    @TempDir
    private Path folder;

    @BeforeEach
    void startProxy() throws Exception {
        proxy = TestProxy.builder().setting("listen.address", "0.0.0.0").start();
        try (var files = Files.list(proxy.configuration().getParent())) {
            for (Path file : files.toList()) {
                Path copy = Files.copy(file, folder.resolve(file.getFileName()));
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
            }
        }
    }

    @AfterEach
    void stopProxy() throws Exception {
        proxy.close();
    }

    private Path configuration() {
        return folder.resolve("client.properties");
    }

    private void change(String setting, String value) throws IOException {
        String text = Files.readString(configuration());
        assertThat(text).contains(setting + "=");
        Files.writeString(configuration(), text.replaceAll("(?m)^" + setting + "=.*$", setting + "=" + value));
    }

    /** @return what is said of one check, with its hint */
    private String finding(int exitCode, String check) {
        assertThat(console.run("doctor", "--config", configuration())).as(console.out()).isEqualTo(exitCode);
        return console.out().lines().dropWhile(line -> !line.contains(" " + check)).limit(2)
                .reduce("", (all, line) -> all + line + "\n");
    }

    @Test
    void soundConfigurationIsFoundSound() {
        assertThat(finding(0, "enrolment")).startsWith("ok ");
        assertThat(console.out()).doesNotContain("problem").doesNotContain("warning");
    }

    @Test
    void missingFileIsNamed() throws Exception {
        Files.delete(folder.resolve("proxy.pem"));
        assertThat(finding(1, "configuration")).startsWith("problem").contains("proxy.pem").contains("hint: ");
    }

    @Test
    void unknownKeyIsFoundWithItsLine() throws Exception {
        Files.writeString(configuration(), Files.readString(configuration()) + "colour=red\n");
        assertThat(finding(1, "configuration")).contains("colour").containsPattern("client.properties:\\d+");
    }

    @Test
    void keyFileThatOthersMayReadIsFound() throws Exception {
        Files.setPosixFilePermissions(folder.resolve("user.p12"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(finding(1, "permissions")).startsWith("problem").contains("chmod 600");
    }

    @Test
    void wrongPortIsFound() throws Exception {
        change("proxy.url", "https://127.0.0.1:1");
        assertThat(finding(1, "port")).startsWith("problem").contains("nothing answers");
    }

    @Test
    void nameWithoutAddressIsFound() throws Exception {
        change("proxy.url", "https://proxy.invalid:8443");
        assertThat(finding(1, "name")).startsWith("problem").contains("proxy.invalid has no address");
    }

    @Test
    void nameThatIsNotInTheCertificateIsFoundAndTheRightOnesAreShown() throws Exception {
        change("proxy.url", proxy.url().toString().replace(proxy.url().getHost(), "127.0.0.2"));
        assertThat(finding(1, "tls")).startsWith("problem").contains("not for 127.0.0.2").contains("127.0.0.1");
    }

    @Test
    void serverThatTakesTheConnectionAndHangsIsFound() throws Exception {
        try (ServerSocket hanging = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            change("proxy.url", "https://127.0.0.1:" + hanging.getLocalPort());
            assertThat(finding(1, "tls")).startsWith("problem").contains("does not answer by TLS");
            assertThat(console.out()).contains("something listens at port");
        }
    }

    @Test
    void anotherProxysAuthorityIsFound() throws Exception {
        try (TestProxy other = TestProxy.start()) {
            Files.copy(other.configuration().resolveSibling("authority.pem"), folder.resolve("other.pem"));
        }
        change("proxy.authority", "other.pem");
        assertThat(finding(1, "tls")).startsWith("problem").contains("not under the authority");
    }

    @Test
    void anotherProxysReplyKeyIsFound() throws Exception {
        try (TestProxy other = TestProxy.start()) {
            Files.copy(other.configuration().resolveSibling("proxy.pem"), folder.resolve("other.pem"));
            change("log.verifier", ClientConfiguration.load(other.configuration()).logVerifier().orElseThrow());
        }
        change("proxy.certificate", "other.pem");
        assertThat(finding(1, "reply key")).startsWith("problem").contains("not signed by this proxy");
    }

    @Test
    void clockThatDiffersFromTheProxysIsFound() {
        proxy.moveClock(Duration.ofHours(5));
        assertThat(finding(0, "clock")).startsWith("warning").contains("hours behind the proxy's");
    }

    @Test
    void certificateThatTheProxyCallsExpiredIsFound() {
        proxy.moveClock(Duration.ofDays(500));
        assertThat(finding(1, "enrolment")).startsWith("problem").contains("CERTIFICATE_EXPIRED")
                .contains("ask the owner");
    }

    @Test
    void lockedPinIsFound() throws Exception {
        Path wrong = Files.writeString(folder.resolve("wrong"), "wrong");
        for (int i = 0; i < 5; i++) {
            console.refused("pin", "change", "--config", configuration(), "--pin", "file:" + wrong,
                    "--new-pin", "file:" + wrong);
        }
        assertThat(finding(1, "virtual pin")).startsWith("problem").contains("locked").contains("rpkcs11 unlock");
    }

    @Test
    void revokedDelegationIsFound() throws Exception {
        proxy.revoke();
        assertThat(finding(0, "delegation")).startsWith("warning").contains("nobody delegated");
    }

    @Test
    void findingsAreAlsoPrintedAsJson() {
        console.succeed("doctor", "--json", "--config", configuration());
        assertThat(console.out()).startsWith("[\n  {\n    \"verdict\": \"ok\",\n    \"check\": \"configuration\"");
    }
}
