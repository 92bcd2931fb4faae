package org.remotepkcs11.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.testkit.Refusing.refusal;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.SealedRequest;

class KilledProxyTest {
    private final Id operation = Id.random();
    private TestProxy proxy;
    private Process child;
    private BufferedReader said;

    @BeforeEach
    void startProxyInAChildProcess() throws Exception {
        proxy = TestProxy.start();
        proxy.server().close();
        child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), StuckProxyMain.class.getName(), proxy.folder().toString(),
                Integer.toString(proxy.server().port()))
                .redirectError(proxy.folder().resolve("child.err").toFile()).start();
        said = child.inputReader();
        awaitLine(StuckProxyMain.SERVING);
    }

    @AfterEach
    void closeProxy() {
        child.destroyForcibly();
        proxy.close();
    }

    @Test
    void killedBetweenIntentAndOutcomeTheLogSaysSoAndTheRepeatIsCountedOnce() throws Exception {
        askAndKill();
        proxy.restart();
        assertThat(kinds()).containsSubsequence("Intent", "Happened", "Outcome");
        AuditEntry.Outcome interrupted = lastOutcome();
        assertThat(interrupted.refusal().orElseThrow().detail()).startsWith("interrupted");

        Asking user = Asking.of(proxy);
        SealedRequest again = user.client().seal(user.use(), user.secret(proxy.virtualPin()), operation);
        byte[] signature = Asking.output(WireClient.granted(user.client().exchange(again)));
        assertThat(user.verifies(Asking.DIGEST, signature)).isTrue();
        assertThat(lastOutcome().refusal()).isEmpty();
        assertThat(proxy.owner().state().delegations()).filteredOn(one -> one.id().equals(proxy.delegation()))
                .extracting(one -> one.operationsUsed()).containsExactly(1L);
    }

    /** Kills while the card is at work: the user gets no answer. */
    private void askAndKill() throws Exception {
        Asking user = Asking.of(proxy);
        SealedRequest request = user.client().seal(user.use(), user.secret(proxy.virtualPin()), operation);
        CompletableFuture<Void> killing = CompletableFuture.runAsync(() -> {
            awaitLine(StuckProxyMain.TOUCHED);
            child.destroyForcibly().onExit().join();
        }, task -> new Thread(task).start());
        refusal(ErrorCode.UNREACHABLE, () -> user.client().exchange(request));
        killing.join();
    }

    private void awaitLine(String expected) {
        try {
            String line = said.readLine();
            while (line != null && !line.equals(expected)) {
                line = said.readLine();
            }
            assertThat(line).isEqualTo(expected);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> kinds() throws Exception {
        return proxy.log().stream().map(entry -> entry.matter().getClass().getSimpleName()).toList();
    }

    private AuditEntry.Outcome lastOutcome() throws Exception {
        List<AuditEntry.Outcome> outcomes = proxy.log().stream().map(AuditEntry::matter)
                .filter(AuditEntry.Outcome.class::isInstance).map(AuditEntry.Outcome.class::cast).toList();
        return outcomes.get(outcomes.size() - 1);
    }
}
