package org.remotepkcs11.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Signature;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.pkcs11.Host;
import org.remotepkcs11.pkcs11.RemoteApplications;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.TestAuthority;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.testkit.piv.PcscDaemon;
import org.remotepkcs11.testkit.piv.PivCard;
import org.remotepkcs11.testkit.piv.PivKey;
import org.remotepkcs11.testkit.piv.PivSlot;

/**
 * From unmodified tools to a card and back: agent or provider, proxy, OpenSC in its own processes, pcscd, vpcd, and our
 * PIV card with a key that wants its PIN once and one that wants it every time.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PivCardTest {
    private static final Path OPENSC = Path.of("/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so");
    private static final String MODULE = Path.of("target/librpkcs11.so").toAbsolutePath().toString();
    private static final String JDK = Path.of(System.getProperty("java.home"), "bin").toString();

    @TempDir
    static Path folder;
    private static final RemoteApplications APPLICATIONS = new RemoteApplications();
    private static PcscDaemon daemon;
    private static PivKey rsa;
    private static PivKey elliptic;
    private static PivCard card;
    private static TestProxy proxy;
    private static Agent agent;

    @BeforeAll
    static void plugIn() throws Exception {
        daemon = PcscDaemon.withReaders(2);
        TestAuthority authority = TestAuthority.named("PIV test authority");
        rsa = PivKey.rsa2048(authority, "Olivia Owner");
        elliptic = PivKey.p256(authority, "Olivia Owner");
        card = PivCard.numbered(0x5265_6D6F_7465_0001L).key(PivSlot.AUTHENTICATION, rsa)
                .key(PivSlot.SIGNATURE, elliptic).build();
        daemon.reader(0).insert(card);
        daemon.reader(0).awaitPower();
        proxy = TestProxy.builder().token(OPENSC, "Olivia Owner", "123456").setting("pin.tries", "3")
                .setting("module.opensc-pkcs11-so.env.PCSCLITE_CSOCK_NAME",
                        daemon.environment().get("PCSCLITE_CSOCK_NAME")).start();
        agent = Agent.start(AgentOptions.of(Map.of("RPKCS11_SOCKET", folder.resolve("agent/agent.sock").toString())),
                host -> APPLICATIONS.open(new Host(host.program(), host.process(), Optional.of(proxy.configuration()),
                        host.token(), host.terminal()))).orElseThrow();
    }

    @AfterAll
    static void unplug() {
        agent.close();
        APPLICATIONS.close();
        proxy.close();
        daemon.close();
    }

    private static Command in(Command command) {
        return command.inEnvironment(Map.of("HOME", folder.toString(), "XDG_STATE_HOME", folder.toString(),
                "RPKCS11_SOCKET", folder.resolve("agent/agent.sock").toString(), "PIN", proxy.virtualPin()));
    }

    private static String tool(String... words) throws IOException {
        return in(Command.of("pkcs11-tool", "--module", MODULE).with(words)).run();
    }

    private static byte[] signed(String id, String mechanism) throws IOException {
        Path data = Files.write(folder.resolve("data"), new byte[32]);
        Path signature = folder.resolve("signature");
        tool("--login", "--pin", proxy.virtualPin(), "--sign", "--id", id, "--mechanism", mechanism, "--input-file",
                data.toString(), "--output-file", signature.toString());
        return Files.readAllBytes(signature);
    }

    private static boolean isTrue(String algorithm, PivKey key, byte[] signature) throws Exception {
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(key.certificate());
        verifier.update(new byte[32]);
        return verifier.verify(signature);
    }

    @Test
    @Order(1)
    void pkcs11ToolSignsByRsaAndByTheKeyThatWantsItsPinEveryTime() throws Exception {
        assertThat(isTrue("SHA256withRSA", rsa, signed("01", "SHA256-RSA-PKCS"))).isTrue();
        assertThat(isTrue("SHA256withECDSAinP1363Format", elliptic, signed("02", "ECDSA-SHA256"))).isTrue();
    }

    @Test
    @Order(2)
    void jarsignerSignsByBothKeys() throws IOException {
        for (String label : new String[] {"PIV AUTH", "SIGN"}) {
            Path jar = folder.resolve("program.jar");
            try (OutputStream file = Files.newOutputStream(jar); JarOutputStream output = new JarOutputStream(file)) {
                output.putNextEntry(new JarEntry("hello.txt"));
            }
            in(remote("jarsigner", "-keystore", "NONE", jar.toString(), alias(label))).run();
            assertThat(Command.of(JDK + "/jarsigner", "-verify", jar.toString()).run()).contains("jar verified.");
        }
    }

    private static Command remote(String program, String... words) {
        return Command.of(JDK + "/" + program, "-J-cp", "-J" + System.getProperty("java.class.path"), "-addprovider",
                "RemotePKCS11", "-providerArg", proxy.configuration().toString(), "-storetype", "RemotePKCS11",
                "-storepass:env", "PIN").with(words);
    }

    private static String alias(String label) throws IOException {
        String listed = in(remote("keytool", "-list", "-keystore", "NONE")).run();
        return listed.lines().filter(line -> line.contains("PrivateKeyEntry") && line.toUpperCase(Locale.ROOT).contains(label))
                .map(line -> line.substring(0, line.indexOf(','))).findFirst().orElseThrow(() -> new IOException(listed));
    }

    @Test
    @Order(3)
    void wrongVirtualPinsAreFlaggedAndLockedAndNeverReachTheCard() throws IOException {
        long before = card.pinEntries();
        for (String flag : new String[] {"user PIN count low", "final user PIN try", "user PIN locked"}) {
            assertThatThrownBy(() -> tool("--login", "--pin", "0000-wrong", "--list-objects")).isInstanceOf(IOException.class);
            assertThat(tool("--list-slots")).contains(flag);
        }
        assertThat(card.triesLeft()).isEqualTo(3);
        assertThat(card.pinEntries()).isEqualTo(before);
    }
}
