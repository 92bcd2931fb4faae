package org.remotepkcs11.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.client.LastRefusal;
import org.remotepkcs11.pkcs11.RemoteApplications;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.PausableCards;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.wire.ErrorCode;

/** One agent lives through what happens to its proxy; programs come and go meanwhile. */
class OutageTest {
    /** Far above the three seconds that the user allows, far below for ever. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;
    private final RemoteApplications applications = new RemoteApplications();
    private PausableCards cards;
    private TestProxy proxy;
    private Agent agent;

    @BeforeEach
    void start() throws Exception {
        proxy = TestProxy.builder().softwareReader(reader -> cards = new PausableCards(reader, 2)).start();
        Files.writeString(proxy.configuration(), "deadline.seconds=3\n", StandardOpenOption.APPEND);
        Files.writeString(folder.resolve("message"), "signed before and after");
        agent = Agent.start(AgentOptions.of(Map.of()).withSocket(folder.resolve("run/agent.sock")), applications)
                .orElseThrow();
    }

    @AfterEach
    void stop() {
        agent.close();
        applications.close();
        cards.resume();
        proxy.close();
    }

    private void sign() throws IOException {
        Path signature = folder.resolve("signature");
        Files.deleteIfExists(signature);
        Command.of("pkcs11-tool", "--module", Path.of("target/librpkcs11.so").toAbsolutePath().toString(), "--login",
                "--pin", proxy.virtualPin(), "--sign", "-m", "SHA256-RSA-PKCS", "--label", "rsa-2048", "--input-file",
                folder.resolve("message").toString(), "--output-file", signature.toString())
                .inEnvironment(Map.of("RPKCS11_SOCKET", folder.resolve("run/agent.sock").toString(),
                        "RPKCS11_CONFIG", proxy.configuration().toString(), "XDG_STATE_HOME", folder.toString())).run();
        assertThat(signature).hasSize(256);
    }

    @Test
    void proxyThatRestartsIsNotNoticed() throws Exception {
        sign();
        proxy.restart();
        sign();
        sign();
    }

    @Test
    void proxyThatIsAwayRefusesInTimeAndWorksAgainOnceItIsBack() throws Exception {
        sign();
        int port = proxy.server().port();
        proxy.server().close();
        long begun = System.nanoTime();
        assertThatThrownBy(this::sign).isInstanceOf(IOException.class).hasMessageContaining("CKR_");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PATIENCE);
        assertThat(port).isEqualTo(proxy.server().port());
        proxy.restart();
        sign();
    }

    @Test
    void cardThatHangsEndsTheCallAtItsDeadlineAndTellsWhy() throws Exception {
        sign();
        cards.pause();
        long begun = System.nanoTime();
        assertThatThrownBy(this::sign).isInstanceOf(IOException.class).hasMessageContaining("CKR_");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PATIENCE);
        assertThat(LastRefusal.read().orElseThrow().toString()).contains(ErrorCode.DEADLINE_PASSED.name());
        cards.resume();
        sign();
    }
}
