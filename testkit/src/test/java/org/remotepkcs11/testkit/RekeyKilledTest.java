package org.remotepkcs11.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.remotepkcs11.proxy.ProxyHome;
import org.remotepkcs11.proxy.access.StoreSecret;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/** A process that changes, moves or loses keys is killed at random; the next start or {@code rekey} ends its work. */
@Timeout(180)
class RekeyKilledTest {
    private static final Duration TIME = Duration.ofSeconds(6);
    private static final int LEAST = 2;

    private final Instant limit = Instant.now().plus(TIME);
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private RekeyedProxy rekeyed;

    @BeforeEach
    void startProxy() throws Exception {
        rekeyed = RekeyedProxy.start();
        rekeyed.proxy().server().close();
    }

    @AfterEach
    void closeProxy() {
        rekeyed.close();
    }

    private boolean isDue(int kill) {
        return kill < LEAST || Instant.now().isBefore(limit);
    }

    /** Not before it has changed something once, and some time after that. */
    private void kill(RekeyingMain.Work work, Map<String, String> environment, int within) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), RekeyingMain.class.getName(), rekeyed.home().toString(),
                work.name()).redirectError(rekeyed.proxy().folder().resolve("child.err").toFile());
        builder.environment().putAll(environment);
        Process child = builder.start();
        try {
            assertThat(child.inputReader().lines().anyMatch(RekeyingMain.CHANGED::equals))
                    .as(Files.readString(rekeyed.proxy().folder().resolve("child.err"))).isTrue();
            TimeUnit.MILLISECONDS.sleep(random.nextInt(within));
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    void killedAtAnyMomentTheChangeIsBroughtToItsEnd() throws Exception {
        for (int kill = 0; isDue(kill); kill++) {
            kill(RekeyingMain.Work.CHANGE, Map.of(), 500);
            rekeyed.assertSigns();
            assertThat(secretFiles()).as("seed " + seed).containsExactly("policy.secret", "vault.secret");
            rekeyed.proxy().server().close();
        }
    }

    @Test
    void killedAtAnyMomentAMoveToATokenOrBackIsBroughtToItsEnd() throws Exception {
        try (SoftHsmToken token = SoftHsmToken.create("keys that move", SoftHsmKey.P_256)) {
            rekeyed.toToken(token);
            rekeyed.toFile();
            for (int kill = 0; isDue(kill); kill++) {
                kill(RekeyingMain.Work.MOVE, token.environment(), 1500);
                token.mend();
                startOr(() -> rekeyed.changeBoth(), "changed that setting: rpkcs11 proxy rekey");
                rekeyed.assertSigns();
                assertThat(secretFiles()).as("seed " + seed).isEqualTo(Files.readString(properties())
                        .stripTrailing().endsWith("token") ? List.of("policy.token", "vault.token")
                        : List.of("policy.secret", "vault.secret"));
                assertThat(keysOn(token)).as("seed " + seed).isEqualTo(recordedKeys());
                rekeyed.proxy().server().close();
            }
        }
    }

    @Test
    void killedAtAnyMomentTheReplacementOfALostPolicyKeyIsDoneAgain() throws Exception {
        for (int kill = 0; isDue(kill); kill++) {
            kill(RekeyingMain.Work.LOSE_POLICY, Map.of(), 300);
            startOr(() -> ProxyHome.open(rekeyed.home()).replaceSecret(StoreSecret.POLICY), "--lost");
            rekeyed.proxy().owner().unlock(rekeyed.proxy().delegation());
            rekeyed.assertSigns();
            assertThat(secretFiles()).as("seed " + seed).containsExactly("policy.secret", "vault.secret");
            rekeyed.proxy().server().close();
        }
    }

    @Test
    void killedAtAnyMomentTheReplacementOfALostVaultKeyIsDoneAgain() throws Exception {
        for (int kill = 0; isDue(kill); kill++) {
            kill(RekeyingMain.Work.LOSE_VAULT, Map.of(), 300);
            startOr(() -> ProxyHome.open(rekeyed.home()).replaceSecret(StoreSecret.VAULT), "--lost");
            assertThat(rekeyed.proxy().owner().state().cards()).isEmpty();
            assertThat(secretFiles()).as("seed " + seed).containsExactly("policy.secret", "vault.secret");
            rekeyed.proxy().server().close();
        }
    }

    private interface Remedy {
        void run() throws Exception;
    }

    /** A proxy that does not start names the remedy. */
    private void startOr(Remedy remedy, String named) throws Exception {
        try {
            rekeyed.proxy().restart();
        } catch (RefusedException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
            assertThat(e.refusal().detail()).as("seed " + seed).contains(named);
            remedy.run();
            rekeyed.proxy().restart();
        }
    }

    private Path properties() {
        return rekeyed.home().resolve("proxy.properties");
    }

    private List<String> secretFiles() {
        List<String> there = new ArrayList<>();
        for (StoreSecret which : StoreSecret.values()) {
            for (String ending : List.of(".secret", ".secret.next", ".token")) {
                String name = which.name().toLowerCase(Locale.ROOT) + ending;
                if (Files.exists(rekeyed.home().resolve(name))) {
                    there.add(name);
                }
            }
        }
        return there;
    }

    private static long keysOn(SoftHsmToken token) throws IOException {
        return token.tool().with("--list-objects", "--type", "secrkey").run().lines()
                .filter(line -> line.contains("key of proxy")).count();
    }

    private long recordedKeys() throws IOException {
        long keys = 0;
        for (String name : secretFiles()) {
            keys += name.endsWith(".token") ? Files.readAllLines(rekeyed.home().resolve(name)).size() : 0;
        }
        return keys;
    }
}
