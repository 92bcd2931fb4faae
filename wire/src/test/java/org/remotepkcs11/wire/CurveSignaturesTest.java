package org.remotepkcs11.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Message signatures on curves, judged by the JDK, and the JDK's by them. */
class CurveSignaturesTest {
    private static final byte[] BODY = "body".getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest
    @CsvSource({"EC, SHA256withECDSA", "Ed25519, Ed25519"})
    void theJdkVerifiesThem(String type, String algorithm) throws Exception {
        KeyPair keys = keys(type);
        for (int i = 0; i < 50; i++) {
            byte[] body = {(byte) i};
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(keys.getPublic());
            verifier.update(signed(body));
            assertThat(verifier.verify(MessageSigner.of(keys.getPrivate(), keys.getPublic()).sign(Prefix.REQUEST, body))).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"EC, SHA256withECDSA", "Ed25519, Ed25519"})
    void theyVerifyTheJdks(String type, String algorithm) throws Exception {
        KeyPair keys = keys(type);
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(keys.getPrivate());
        signer.update(signed(BODY));
        byte[] signature = signer.sign();
        MessageVerifier verifier = MessageVerifier.of(keys.getPublic());
        assertThat(verifier.verifies(Prefix.REQUEST, BODY, 0, BODY.length, signature)).isTrue();
        assertThat(verifier.verifies(Prefix.REPLY, BODY, 0, BODY.length, signature)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"EC", "Ed25519"})
    void everyFlippedBitIsSeen(String type) throws Exception {
        KeyPair keys = keys(type);
        byte[] signature = MessageSigner.of(keys.getPrivate(), keys.getPublic()).sign(Prefix.REPLY, BODY);
        MessageVerifier verifier = MessageVerifier.of(keys.getPublic());
        for (int bit = 0; bit < signature.length * 8; bit++) {
            signature[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(verifier.verifies(Prefix.REPLY, BODY, 0, BODY.length, signature)).isFalse();
            signature[bit / 8] ^= (byte) (1 << bit % 8);
        }
        assertThat(verifier.verifies(Prefix.REPLY, BODY, 0, BODY.length, signature)).isTrue();
    }

    @Test
    void keysOfDifferentKindsAreNoPair() throws Exception {
        KeyPair ec = keys("EC");
        KeyPair edwards = keys("Ed25519");
        assertThatThrownBy(() -> MessageSigner.of(ec.getPrivate(), edwards.getPublic()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MessageSigner.of(edwards.getPrivate(), ec.getPublic()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] signed(byte[] body) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write("remote-pkcs11 v1 request\n".getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        return out.toByteArray();
    }

    private static KeyPair keys(String type) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
        if (type.equals("EC")) {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        }
        return generator.generateKeyPair();
    }
}
