package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.client.Login;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.PrivateKeyObject;

/** An exported log far from the proxy, whole and tampered with. */
class AuditCommandTest {
    private static TestProxy proxy;

    private final Console console = new Console();
    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        proxy = TestProxy.start();
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    private Path export(String name) {
        Path file = folder.resolve(name);
        console.succeed("audit", "export", proxy.folder().resolve("proxy"), file);
        return file;
    }

    private int verify(Path log, Object... more) {
        List<Object> words = new ArrayList<>(List.of("audit", "verify", log, "--config", proxy.configuration()));
        words.addAll(List.of(more));
        return console.run(words.toArray());
    }

    /** @return the receipt */
    private Path use() throws Exception {
        try (RemoteClient client = RemoteClient.of(ClientConfiguration.load(proxy.configuration()));
                Login login = client.login(client.card(Optional.empty()), proxy.virtualPin().toCharArray())) {
            PrivateKeyObject key = login.card().keys().stream().filter(one -> one.label().equals("p-256")).findFirst()
                    .orElseThrow();
            client.use(login, new Operation(key.fingerprint(), Operation.Kind.SIGN, Mechanisms.ECDSA,
                    Operation.NO_PARAMETERS, new byte[32]), Duration.ZERO);
            List<byte[]> receipts = client.receipts();
            return Files.write(folder.resolve("receipt"), receipts.get(receipts.size() - 1));
        }
    }

    private interface Tampering {
        void with(List<String> lines);
    }

    /** Line 0 is the export's title; entry 3 is line 4. */
    private void isFound(Tampering tampering) throws Exception {
        List<String> lines = new ArrayList<>(Files.readAllLines(export("log " + System.nanoTime())));
        tampering.with(lines);
        Path changed = Files.write(folder.resolve("changed " + System.nanoTime()), lines);
        assertThat(verify(changed)).isEqualTo(1);
        assertThat(console.out()).contains("the log is not as it was written");
    }

    @Test
    void whatWasExportedIsVerifiedAndEveryTamperingIsFound() throws Exception {
        use();
        assertThat(verify(export("sound"))).isZero();
        isFound(lines -> lines.set(4, "3 " + lines.get(5).substring(2)));
        isFound(lines -> lines.remove(4));
        isFound(lines -> {
            Collections.swap(lines, 4, 5);
            lines.set(4, "3" + lines.get(4).substring(1));
            lines.set(5, "4" + lines.get(5).substring(1));
        });
    }

    @Test
    void logThatWasSetBackDoesNotContinueTheReceipt() throws Exception {
        Path before = export("before");
        Path receipt = use();
        assertThat(verify(before)).isZero();
        assertThat(verify(before, "--receipt", receipt)).isEqualTo(1);
        assertThat(console.out()).contains("cut off");
        assertThat(verify(export("after"), "--receipt", receipt)).isZero();
        assertThat(console.out()).contains("receipts compared: 1");
    }

    @Test
    void entryIsProvenToWhoHasNotTheLogAndAChangedProofProvesNothing() throws Exception {
        Path proof = folder.resolve("proof");
        console.succeed("audit", "prove", export("log"), 3, proof);
        assertThat(console.succeed("audit", "check", proof, "--config", proxy.configuration())).contains("is in the log");
        List<String> lines = new ArrayList<>(Files.readAllLines(proof));
        lines.set(1, "2" + lines.get(1).substring(1));
        Files.write(proof, lines);
        assertThat(console.refused("audit", "check", proof, "--config", proxy.configuration()))
                .contains("proves nothing about this log");
    }

    @Test
    void entriesSayWhoAskedWhatOfWhomAndWhatWasSigned() throws Exception {
        use();
        String shown = console.succeed("audit", "show", proxy.folder().resolve("proxy"));
        assertThat(shown).containsPattern("user olivia \\([0-9a-f]{16}\\) asked Invite ugo as USER")
                .containsPattern("user olivia \\([0-9a-f]{16}\\) asked Delegate to ugo, card ")
                .containsPattern("user ugo \\([0-9a-f]{16}\\) asked use SIGN by 0x1041 .* over 32 bytes, (00){32}, card ");
    }
}
