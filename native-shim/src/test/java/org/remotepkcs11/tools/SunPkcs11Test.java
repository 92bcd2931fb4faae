package org.remotepkcs11.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.SoftHsmKey;

/** The tools of this JDK, unmodified, with its own provider SunPKCS11 over our module: all in one process. */
@Tool(name = "jarsigner and keytool by SunPKCS11", version = {"java", "-version"})
class SunPkcs11Test {
    private final Desk desk;
    @TempDir
    Path folder;
    private Path configuration;

    SunPkcs11Test(Desk desk) {
        this.desk = desk;
    }

    @BeforeEach
    void configure() throws IOException {
        configuration = Files.writeString(folder.resolve("pkcs11.cfg"),
                "name = Remote\nlibrary = " + desk.module() + "\nslotListIndex = 0\n");
    }

    /** With no agent to be found, and none to be started: nobody but the JVM itself can answer. */
    private Command tool(String name, String... words) {
        return Command.of(Path.of(System.getProperty("java.home"), "bin", name).toString()).with(words)
                .inEnvironment(environment(desk.proxy().configuration()));
    }

    private Map<String, String> environment(Path client) {
        return Map.of("RPKCS11_CONFIG", client.toString(), "RPKCS11_TOKEN", Desk.TOKEN, "RPKCS11_SOCKET",
                folder.resolve("no/socket").toString(), "RPKCS11_AGENT", "/bin/false", "XDG_STATE_HOME",
                folder.toString(), "TOKEN_PIN", desk.pin());
    }

    private Command overToken(String name) {
        return tool(name, "-keystore", "NONE", "-storetype", "PKCS11", "-providerClass",
                "sun.security.pkcs11.SunPKCS11", "-providerArg", configuration.toString(), "-storepass:env", "TOKEN_PIN");
    }

    @ParameterizedTest
    @CsvSource({"RSA_2048, 2048-bit", "P_256, 256-bit"})
    void jarsignerSignsInItsOwnProcess(SoftHsmKey key, String size) throws IOException {
        Path jar = folder.resolve("signed.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new ZipEntry("text"));
            out.write("what is signed".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(overToken("jarsigner").with(jar.toString(), key.label()).run()).contains("jar signed.");
        assertThat(tool("jarsigner", "-verify", "-verbose", "-certs", jar.toString()).run())
                .contains("jar verified.", size);
    }

    @Test
    void keytoolListsTheKeysOfTheToken() throws IOException {
        assertThat(overToken("keytool").with("-list").run()).contains("rsa-2048, PrivateKeyEntry", "p-256, PrivateKeyEntry");
    }

    @ParameterizedTest
    @EnumSource(value = SoftHsmKey.class, names = {"RSA_2048", "P_256"})
    void keytoolSignsARequestThatOpenSslVerifies(SoftHsmKey key) throws IOException {
        Path request = folder.resolve("request.pem");
        overToken("keytool").with("-certreq", "-alias", key.label(), "-file", request.toString()).run();
        assertThat(Command.of("openssl", "req", "-verify", "-noout", "-in", request.toString()).run())
                .containsIgnoringCase("verify ok");
    }

    @Test
    void firstProviderOfTheJvmDoesNotAskItself() throws IOException {
        Path providers = Files.writeString(folder.resolve("providers"), "security.provider.1=SunPKCS11 " + configuration
                + "\nsecurity.provider.2=SUN\nsecurity.provider.3=SunRsaSign\nsecurity.provider.4=SunEC\n"
                + "security.provider.5=SunJSSE\nsecurity.provider.6=SunJCE\nsecurity.provider.7=XMLDSig\n");
        Path relayed = desk.proxy().configuration().resolveSibling("relayed.properties");
        assertThat(tool("java", "-Djava.security.properties=" + providers, "-cp", "target/test-classes",
                FirstProvider.class.getName(), desk.proxy().configuration().toString(), relayed.toString())
                .inEnvironment(environment(relayed)).run()).contains("SunPKCS11-Remote is first",
                "signed by SunPKCS11-Remote, 256 bytes", "reconnected, signed by SunPKCS11-Remote, 256 bytes",
                "digest of SUN");
    }
}
