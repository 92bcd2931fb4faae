package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.SoftHsmToken;

/** With a SoftHSM token of somebody's own, in a folder with a space, used from another working directory. */
class SandboxTest {
    private static final String VIRTUAL_PIN = "it's 4711";
    private static final String REMOTE = " -J-cp -J\"$RPKCS11_CLASSPATH\" -addprovider RemotePKCS11 "
            + "-providerArg \"$RPKCS11_CONFIG\" -keystore NONE -storetype RemotePKCS11 -storepass:env RPKCS11_PIN ";

    @TempDir
    private static Path folder;
    private static SoftHsmToken token;
    private static Path pinFile;
    private static Sandbox sandbox;

    @TempDir
    private Path elsewhere;

    @BeforeAll
    static void start() throws Exception {
        token = SoftHsmToken.create("My own token", SoftHsmKey.RSA_2048, SoftHsmKey.P_256);
        pinFile = Files.writeString(folder.resolve("pin"), token.pin() + "\n");
        sandbox = startAgain("--virtual-pin", VIRTUAL_PIN);
    }

    private static Sandbox startAgain(String... more) throws Exception {
        String[] options = new String[6 + more.length];
        System.arraycopy(new String[] {"--module", SoftHsmToken.module().toString(), "--token", token.label(),
            "--pin-file", pinFile.toString()}, 0, options, 0, 6);
        System.arraycopy(more, 0, options, 6, more.length);
        return Sandbox.start(folder.resolve("sand box"), token.environment(), options);
    }

    @AfterAll
    static void stop() throws Exception {
        sandbox.close();
        token.close();
    }

    @Test
    void environmentNamesAbsolutePathsTheTokenAndThePin() throws Exception {
        String said = sandbox.shell(elsewhere, "printf '%s\\n' \"$RPKCS11_CONFIG\" \"$RPKCS11_TOKEN\" \"$RPKCS11_PIN\" "
                + "\"$RPKCS11_PROXY_URL\" \"$RPKCS11_CLASSPATH\"");
        assertThat(said.lines().toList()).element(0).asString().startsWith(folder.toString());
        assertThat(said.lines().toList()).element(1).isEqualTo(token.label());
        assertThat(said.lines().toList()).element(2).isEqualTo(VIRTUAL_PIN);
        assertThat(said.lines().toList()).element(3).asString().startsWith("https://127.0.0.1:");
        assertThat(said.lines().toList()).element(4).asString().startsWith("/").doesNotContain(":.");
    }

    @Test
    void jarsignerSignsWithTheTokensKey() throws Exception {
        sandbox.shell(elsewhere, "echo hello >greeting; jar cf program.jar greeting; jarsigner" + REMOTE
                + "program.jar " + SoftHsmKey.RSA_2048.label());
        assertThat(Program.jdk(elsewhere, "jarsigner", "-verify", "program.jar").succeed()).contains("jar verified");
    }

    @Test
    void keytoolListsTheTokensKeysByTheirLabels() throws Exception {
        assertThat(sandbox.shell(elsewhere, "keytool" + REMOTE + "-list")).contains(SoftHsmKey.RSA_2048.label())
                .contains(SoftHsmKey.P_256.label());
    }

    @Test
    void labelsAndIdsAreThoseOfTheToken() throws Exception {
        String status = sandbox.shell(elsewhere, "'" + Repository.file("rpkcs11") + "' status --json");
        for (SoftHsmKey key : new SoftHsmKey[] {SoftHsmKey.RSA_2048, SoftHsmKey.P_256}) {
            assertThat(status).contains(
                    "\"label\": \"" + key.label() + "\",\n          \"id\": \"" + key.hexId() + "\"");
        }
    }

    @Test
    void secondStartInTheFolderGoesOnAtTheSameAddressWithTheSameKeys() throws Exception {
        String before = Files.readString(sandbox.file("env"));
        byte[] proxy = Files.readAllBytes(sandbox.file("ugo/proxy.pem"));
        assertThat(sandbox.terminate()).isZero();
        sandbox = startAgain();
        assertThat(sandbox.file("env")).hasContent(before);
        assertThat(sandbox.file("ugo/proxy.pem")).hasBinaryContent(proxy);
        jarsignerSignsWithTheTokensKey();
    }
}
