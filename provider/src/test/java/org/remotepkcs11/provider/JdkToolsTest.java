package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.testkit.Command;

/** The JDK's own unmodified {@code jarsigner} and {@code keytool}, as processes of their own. */
final class JdkToolsTest {
    private static final Station STATION = Station.softHsm();
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    @TempDir
    private Path folder;
    private Path jar;

    @BeforeEach
    void packJar() throws IOException {
        jar = folder.resolve("program.jar");
        try (JarOutputStream output = new JarOutputStream(Files.newOutputStream(jar))) {
            output.putNextEntry(new JarEntry("hello.txt"));
            output.write("hello".getBytes(StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa-2048", "p-256", "p-384", "ed25519"})
    void jarsignerSignsInThreeRequests(String alias) throws Exception {
        long before = STATION.posts();
        jarsigner("-keystore", "NONE", jar.toString(), alias).run();
        assertThat(STATION.posts() - before).isLessThanOrEqualTo(3);
        assertVerified(alias);
    }

    @Test
    void jarsignerTakesAKeyStoreFile() throws Exception {
        Path file = folder.resolve("card.rpkcs11");
        try (OutputStream output = Files.newOutputStream(file)) {
            STATION.keyStore().store(output, null);
        }
        jarsigner("-keystore", file.toString(), jar.toString(), "rsa-2048").run();
        assertVerified("rsa-2048");
    }

    @Test
    void jarsignerSaysWhyAWrongPinIsRefused() {
        assertThatThrownBy(() -> inEnvironment(jarsigner("-keystore", "NONE", jar.toString(), "rsa-2048"), "000000").run())
                .isInstanceOf(IOException.class).hasMessageContaining("the virtual pin is wrong; ").hasMessageContaining("(PIN_WRONG)")
                .hasMessageContaining("check the virtual pin");
    }

    @Test
    void keytoolListsTheCard() throws Exception {
        String listed = keytool("-list", "-keystore", "NONE").run();
        assertThat(listed).contains("Keystore type: REMOTEPKCS11").contains("rsa-2048").contains("p-256")
                .contains("PrivateKeyEntry");
    }

    @Test
    void keytoolMakesACertificationRequest() throws Exception {
        Path request = folder.resolve("request.pem");
        keytool("-certreq", "-keystore", "NONE", "-alias", "p-256", "-file", request.toString()).run();
        assertThat(OpenSsl.run("req", "-verify", "-noout", "-in", request.toString())).contains("verify OK");
    }

    private void assertVerified(String alias) throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("anchor", STATION.anchor());
        trust.setCertificateEntry("signer", STATION.certificate(alias));
        Path file = folder.resolve("trust.p12");
        try (OutputStream output = Files.newOutputStream(file)) {
            trust.store(output, "changeit".toCharArray());
        }
        String verdict = Command.of(tool("jarsigner"), "-verify", "-strict", "-keystore", file.toString(), "-storepass",
                "changeit", jar.toString()).run();
        assertThat(verdict).contains("jar verified.");
    }

    @Test
    void jarsignerNamesTheConfigurationThatIsNotThere() {
        Command lost = Command.of(tool("jarsigner"), "-J-cp", "-J" + CLASS_PATH, "-addprovider", "RemotePKCS11",
                "-providerArg", "/nowhere/client.properties", "-keystore", "NONE", "-storetype", "RemotePKCS11",
                "-storepass", "000000", jar.toString(), "rsa-2048");
        assertThatThrownBy(lost::run).isInstanceOf(IOException.class)
                .hasMessageContaining("/nowhere/client.properties");
    }

    private static Command jarsigner(String... arguments) {
        return remote(Command.of(tool("jarsigner"), "-J-cp", "-J" + CLASS_PATH), arguments);
    }

    private static Command keytool(String... arguments) {
        return remote(Command.of(tool("keytool"), "-J-cp", "-J" + CLASS_PATH), arguments);
    }

    private static Command remote(Command tool, String... arguments) {
        Command configured = tool.with("-addprovider", "RemotePKCS11", "-providerArg",
                STATION.configuration().toString(), "-storetype", "RemotePKCS11", "-storepass:env", "PIN");
        return inEnvironment(configured.with(arguments), STATION.pinText());
    }

    private static Command inEnvironment(Command command, String pin) {
        return command.inEnvironment(Map.of("PIN", pin));
    }

    private static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }
}
