package org.remotepkcs11.testkit.cards;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Module;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Settings;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.SoftHsmToken;
import org.remotepkcs11.wire.CertificateObject;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation.Kind;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.PrivateKeyObject.Usage;

/** A SoftHSM token through its module. */
class Pkcs11CardTest {
    private static final BigInteger P_256_ORDER = ECNamedCurveTable.getByName("P-256").getN();

    private static SoftHsmToken token;
    private PluggedCard plugged;

    @BeforeAll
    static void makeToken() throws Exception {
        token = SoftHsmToken.create("care", SoftHsmKey.P_256, SoftHsmKey.P_256_BARE, SoftHsmKey.RSA_ALWAYS_AUTHENTICATE);
    }

    @AfterAll
    static void destroyToken() {
        token.close();
    }

    @BeforeEach
    void plugIn() throws Exception {
        plugged = plug(Duration.ofMinutes(5), token.pin());
    }

    private PluggedCard plug(Duration idle, String pin) throws Exception {
        Pkcs11Settings settings = Pkcs11Settings.of("softhsm", SoftHsmToken.module()).withIdle(idle);
        return PluggedCard.find(Pkcs11Module.load(settings), "care", pin);
    }

    @AfterEach
    void pullOut() {
        plugged.close();
    }

    @Test
    void publicKeysStandInForHiddenPrivateOnes() throws Exception {
        assertThat(plugged.card().describe().complete()).isFalse();
        assertThat(plugged.card().describe().keys()).extracting(PrivateKeyObject::label)
                .contains("p-256", "p-256-bare", "rsa-always-authenticate");
    }

    @Test
    void unlockedItShowsLabelIdAndUsageOfKeysWithoutCertificate() throws Exception {
        plugged.checkPin(token.pin());
        PrivateKeyObject bare = plugged.key("p-256-bare");
        assertThat(plugged.card().describe().complete()).isTrue();
        assertThat(bare.id()).hasToString(SoftHsmKey.P_256_BARE.hexId());
        assertThat(bare.usages()).contains(Usage.SIGN, Usage.DERIVE, Usage.SENSITIVE, Usage.NEVER_EXTRACTABLE, Usage.LOCAL);
        assertThat(bare.publicKey()).isEqualTo(token.publicKey(SoftHsmKey.P_256_BARE).getEncoded());
    }

    @Test
    void certificatesKeepTheirIdAndLabel() throws Exception {
        List<CertificateObject> shown = plugged.card().describe().certificates();
        assertThat(shown).singleElement().satisfies(certificate -> {
            assertThat(certificate.label()).isEqualTo("p-256");
            assertThat(certificate.id()).hasToString(SoftHsmKey.P_256.hexId());
            assertThat(certificate.der()).isEqualTo(token.certificate(SoftHsmKey.P_256).getEncoded());
        });
    }

    @Test
    void tokenInfoIsTheTokensOwn() throws Exception {
        assertThat(plugged.card().serial()).isEqualTo(token.serial());
        assertThat(plugged.card().describe().source()).isEqualTo("softhsm:" + token.serial());
        assertThat(plugged.card().describe().token().manufacturer()).isEqualTo("SoftHSM project");
    }

    @Test
    void keysThatAskEveryTimeGetTheirContextLogin() throws Exception {
        assertThat(sign(token.pin())).hasSize(64);
        assertThat(plugged.key("rsa-always-authenticate").usages()).contains(Usage.ALWAYS_AUTHENTICATE);
        for (int i = 0; i < 3; i++) {
            assertThat(plugged.apply("rsa-always-authenticate", Kind.SIGN, Mechanisms.RSA_PKCS, new byte[20])).hasSize(256);
        }
    }

    @Test
    void aRefusedStoredPinIsNotSentAgain() throws Exception {
        CardMechanisms.assertRefused(ErrorCode.CARD_PIN_REFUSED, () -> sign("wrong-1"));
        assertThat(plugged.card().describe().pinState()).isEqualTo(PinState.COUNT_LOW);
        plugged.checkPin(token.pin());
        CardMechanisms.assertRefused(ErrorCode.CARD_PIN_REFUSED, () -> sign("wrong-2"));
        CardMechanisms.assertRefused(ErrorCode.CARD_PIN_REFUSED, () -> sign("wrong-3"));
        assertThat(plugged.card().describe().pinState()).isEqualTo(PinState.COUNT_LOW);
    }

    @Test
    void theOwnersNewPinEndsTheRefusal() throws Exception {
        CardMechanisms.assertRefused(ErrorCode.CARD_PIN_REFUSED, () -> sign("wrong-1"));
        CardMechanisms.assertRefused(ErrorCode.CARD_PIN_REFUSED, () -> plugged.checkPin("wrong-2"));
        plugged.checkPin(token.pin());
        assertThat(sign(token.pin())).hasSize(64);
    }

    @Test
    void anUnlockedCardDoesNotServeAnotherPin() throws Exception {
        assertThat(sign(token.pin())).hasSize(64);
        CardMechanisms.assertRefused(ErrorCode.CARD_PIN_REFUSED, () -> sign("wrong-1"));
    }

    @Test
    void anIdleCardIsLockedAndUnlocksAgain() throws Exception {
        plugged.close();
        plugged = plug(Duration.ZERO, token.pin());
        sign(token.pin());
        assertThat(plugged.card().describe().complete()).isTrue();
        plugged.card().rest();
        assertThat(plugged.card().describe().complete()).isFalse();
        assertThat(sign(token.pin())).hasSize(64);
    }

    @Test
    void aKeyMadeLaterIsFoundWhenItIsAskedFor() throws Exception {
        plugged.checkPin(token.pin());
        token.tool().with("--keypairgen", "--key-type", "rsa:2048", "--label", "later", "--id", "77").run();
        plugged.card().rest();
        try (PluggedCard again = plug(Duration.ofMinutes(5), token.pin())) {
            assertThat(again.apply("later", Kind.SIGN, Mechanisms.RSA_PKCS, new byte[20])).hasSize(256);
        }
    }

    @Test
    void opensslVerifiesWhatTheTokenSigned(@TempDir Path folder) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest("message".getBytes(StandardCharsets.UTF_8));
        byte[] raw = plugged.apply("p-256", Kind.SIGN, Mechanisms.ECDSA, digest);
        byte[] der = StandardDSAEncoding.INSTANCE.encode(P_256_ORDER, new BigInteger(1, raw, 0, 32),
                new BigInteger(1, raw, 32, 32));
        Path signature = Files.write(folder.resolve("signature"), der);
        Path key = Files.write(folder.resolve("key.der"), token.certificate(SoftHsmKey.P_256).getPublicKey().getEncoded());
        String verdict = Command.of("openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", key.toString(),
                "-in", Files.write(folder.resolve("digest"), digest).toString(), "-sigfile", signature.toString()).run();
        assertThat(verdict).contains("Signature Verified Successfully");
    }

    private byte[] sign(String pin) throws Exception {
        return new PluggedCard(plugged.reader(), plugged.card(), pin)
                .apply("p-256", Kind.SIGN, Mechanisms.ECDSA, new byte[32]);
    }
}
