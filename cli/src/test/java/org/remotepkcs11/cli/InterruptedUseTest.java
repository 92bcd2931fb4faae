package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.client.Login;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.SoftHsmToken;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;

/** The proxy is killed while its card is at work: after the intent is in the log, before the outcome. */
class InterruptedUseTest {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final byte[] SHA_256_DIGEST_INFO = {
        0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, (byte) 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
        0x04, 0x20};
    private static final byte[] DOCUMENT = "signed once".getBytes(StandardCharsets.UTF_8);

    private final Console console = new Console();
    private SoftHsmToken token;
    private GatedProxy proxy;
    @TempDir
    private Path folder;

    @BeforeEach
    void startProxy() throws Exception {
        token = SoftHsmToken.create(GatedProxy.LABEL, SoftHsmKey.RSA_2048);
        proxy = new GatedProxy(folder, token);
    }

    @AfterEach
    void stopProxy() throws Exception {
        proxy.close();
        token.close();
    }

    @Test
    void repeatAfterAKillIsDoneAndCountedOnceAndTheLogSaysInterrupted() throws Exception {
        proxy.shutGate();
        CompletableFuture<byte[]> signature = CompletableFuture.supplyAsync(this::sign);
        proxy.awaitSigning();
        proxy.kill();
        proxy.openGate();
        proxy.start();
        assertThat(isRight(signature.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))).isTrue();
        assertThat(console.succeed("delegations", "--json", "--config", proxy.configuration("olivia")))
                .contains("\"operationsUsed\": 1,");
        assertThat(console.succeed("audit", "show", proxy.proxy())).containsPattern("outcome of \\d+: .*interrupted");
        assertThat(console.succeed("audit", "verify", proxy.proxy(), "--config", proxy.configuration("ugo")))
                .contains("the log is as it was written");
    }

    private byte[] sign() {
        try (RemoteClient client = RemoteClient.of(ClientConfiguration.load(proxy.configuration("ugo")))) {
            RemoteCard card = client.card(Optional.empty());
            char[] pin = GatedProxy.virtualPin("ugo").toCharArray();
            try (Login login = client.login(card, pin)) {
                return client.use(login, new Operation(card.keys().get(0).fingerprint(), Operation.Kind.SIGN,
                        Mechanisms.RSA_PKCS, Operation.NO_PARAMETERS, digestInfo()), PATIENCE);
            }
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] digestInfo() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(DOCUMENT);
            byte[] info = Arrays.copyOf(SHA_256_DIGEST_INFO, SHA_256_DIGEST_INFO.length + digest.length);
            System.arraycopy(digest, 0, info, SHA_256_DIGEST_INFO.length, digest.length);
            return info;
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** By the JDK. */
    private boolean isRight(byte[] signature) throws Exception {
        Signature verifier = Signature.getInstance("SHA256withRSA");
        verifier.initVerify(token.publicKey(SoftHsmKey.RSA_2048));
        verifier.update(DOCUMENT);
        return verifier.verify(signature);
    }
}
