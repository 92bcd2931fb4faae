package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.cli.enroll.UserKeyType;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.wire.Role;

class EnrollTest {
    private static TestProxy proxy;

    private final Console console = new Console();
    @TempDir
    private Path folder;

    @BeforeAll
    static void startProxy() throws Exception {
        proxy = TestProxy.builder().start();
    }

    @AfterAll
    static void stopProxy() throws Exception {
        proxy.close();
    }

    private static String invite(String name) throws Exception {
        return proxy.owner().invite(name, Role.USER);
    }

    private Object[] enroll(String code, Object... more) {
        Object[] arguments = new Object[7 + more.length];
        System.arraycopy(new Object[] {"enroll", "--proxy", proxy.url(), "--dir", folder.resolve("me"), "--code", code},
                0, arguments, 0, 7);
        System.arraycopy(more, 0, arguments, 7, more.length);
        return arguments;
    }

    private Path configuration() {
        return folder.resolve("me/client.properties");
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeOfKeyEnrolsAndIsKnownAfterwards(UserKeyType type) throws Exception {
        console.succeed(enroll(invite("user-" + type), "--key", type));
        assertThat(console.succeed("status", "--config", configuration())).contains("nobody delegated a card to you");
    }

    @Test
    void codeMayStandInAFile() throws Exception {
        Path code = Files.writeString(folder.resolve("code"), invite("filer") + "\n");
        assertThat(console.succeed(enroll("file:" + code))).contains("enrolled as filer");
    }

    @Test
    void whatIsWrittenIsForItsUserAlone() throws Exception {
        console.succeed(enroll(invite("private")));
        assertThat(Repository.filesBelow(folder.resolve("me"), "")).filteredOn(Files::isRegularFile).hasSize(5)
                .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
    }

    @Test
    void mistypedCodeIsRefusedBeforeAnythingIsSent() throws Exception {
        String code = invite("typo");
        char wrong = code.charAt(0) == '7' ? '8' : '7';
        assertThat(console.refused(enroll(wrong + code.substring(1)))).contains("was mistyped (CODE_INVALID)")
                .contains("hint: ");
        assertThat(folder.resolve("me")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8443", "http://127.0.0.1:8443", "https://127.0.0.1:8443/proxy", "https://a b", "https://"})
    void urlThatIsNoneOfAProxyLeavesTheCodeGood(String url) throws Exception {
        String code = invite("url " + url.length());
        assertThat(console.run("enroll", "--proxy", url, "--dir", folder.resolve("me"), "--code", code)).isEqualTo(2);
        assertThat(console.err()).containsPattern("must look like https://host:8443|is no address");
        console.succeed(enroll(code));
    }

    @Test
    void placeOfACodeThatIsNoneIsAMistakeOfTheCommand() {
        assertThat(console.run(enroll("foo:bar"))).isEqualTo(2);
        assertThat(console.err()).contains("--code").doesNotContain("error in rpkcs11");
    }

    @Test
    void codeWorksOnce() throws Exception {
        String code = invite("once");
        console.succeed(enroll(code));
        assertThat(console.refused(enroll(code, "--force"))).contains("CODE_INVALID");
    }

    @Test
    void codeOfAnotherProxyIsNotSentToThisOne() throws Exception {
        try (TestProxy other = TestProxy.builder().start()) {
            assertThat(console.refused(enroll(other.owner().invite("lost", Role.USER)))).contains("PROXY_UNTRUSTED");
        }
    }

    @Test
    void expiredCodeIsRefused() throws Exception {
        try (TestProxy late = TestProxy.builder().start()) {
            String code = late.owner().invite("late", Role.USER);
            late.moveClock(Duration.ofHours(1));
            assertThat(console.refused("enroll", "--proxy", late.url(), "--dir", folder, "--code", code))
                    .contains("CODE_INVALID");
        }
    }

    @Test
    void configurationThatIsThereIsNotOverwrittenAndTheCodeStaysGood() throws Exception {
        console.succeed(enroll(invite("first")));
        String code = invite("second");
        assertThat(console.refused(enroll(code))).contains("client.properties").contains("--force");
        assertThat(console.succeed(enroll(code, "--force"))).contains("enrolled as second");
    }

    @Test
    void keyOfAnOwnPkiIsUsedWhereItIs() throws Exception {
        Path authority = folder.resolve("pki.pem");
        Path own = ownKeyStore(authority);
        Path password = Files.writeString(folder.resolve("password"), "own secret");
        try (TestProxy trusting = TestProxy.builder().setting("user.authorities", authority.toString()).start()) {
            console.succeed("enroll", "--proxy", trusting.url(), "--dir", folder.resolve("me"), "--code",
                    trusting.owner().invite("pki user", Role.USER), "--keystore", own, "--password",
                    "file:" + password);
            assertThat(configuration()).content().contains("user.keystore=" + own);
            console.succeed("status", "--config", configuration());
            assertThat(trusting.server().home().authorityCertificate().getSubjectX500Principal())
                    .isNotEqualTo(enrolled(trusting, "pki user").getIssuerX500Principal());
        }
    }

    /** As the proxy keeps it. */
    private static X509Certificate enrolled(TestProxy proxy, String name) throws Exception {
        byte[] der = proxy.owner().state().users().stream().filter(user -> user.name().equals(name)).findFirst()
                .orElseThrow().certificate();
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    @Test
    void keyOfAPkiThatTheProxyDoesNotKnowIsNotEnrolled() throws Exception {
        Path own = ownKeyStore(folder.resolve("pki.pem"));
        Path password = Files.writeString(folder.resolve("password"), "own secret");
        assertThat(console.refused(enroll(invite("stranger"), "--keystore", own, "--password", "file:" + password)))
                .contains("CERTIFICATE_UNTRUSTED");
    }

    /** Made by the JDK's own keytool. */
    private Path ownKeyStore(Path authority) throws Exception {
        Path file = folder.resolve("own.p12");
        Program.jdk(folder, "keytool", "-genkeypair", "-alias", "me", "-keyalg", "EC", "-groupname", "secp256r1",
                "-dname", "CN=pki user", "-ext", "bc=ca:true", "-keystore", file.toString(), "-storetype", "PKCS12",
                "-storepass", "own secret").succeed();
        Program.jdk(folder, "keytool", "-exportcert", "-rfc", "-alias", "me", "-keystore", file.toString(),
                "-storepass", "own secret", "-file", authority.toString()).succeed();
        return file;
    }
}
