package org.remotepkcs11.proxy.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

class CertificationRequestTest {
    @TempDir
    private Path folder;
    private OpenSsl openssl;

    @BeforeEach
    void locateOpenssl() {
        openssl = new OpenSsl(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec -pkeyopt ec_paramgen_curve:P-256", "ed25519", "rsa:2048", "rsa:3072"})
    void requestByOpensslIsTaken(String key) throws Exception {
        CertificationRequest request = CertificationRequest.parse(openssl.certificationRequest(key.split(" ")));
        assertThat(request.publicKey().getEncoded()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec -pkeyopt ec_paramgen_curve:P-384", "ed448", "rsa:1024"})
    void otherKeysAreRefused(String key) throws Exception {
        byte[] request = openssl.certificationRequest(key.split(" "));
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> CertificationRequest.parse(request))
                .withMessageContaining("a user's key is P-256, Ed25519 or RSA");
    }

    @Test
    void requestSignedByAnotherKeyIsRefused() throws Exception {
        byte[] request = openssl.certificationRequest("ed25519");
        request[request.length - 40] ^= 1;
        assertRefused(request);
    }

    @Test
    void oversizedRequestIsRefused() {
        assertRefused(new byte[CertificationRequest.MAX_BYTES + 1]);
    }

    @Test
    void mutatedRequestsNeverBringAnotherKey() throws Exception {
        byte[] sound = openssl.certificationRequest("ec", "-pkeyopt", "ec_paramgen_curve:P-256");
        Random random = new Random(2);
        for (int i = 0; i < 5_000; i++) {
            byte[] mutant = Arrays.copyOf(sound, i % 3 == 0 ? random.nextInt(sound.length) : sound.length);
            for (int flips = random.nextInt(4); flips >= 0 && mutant.length > 0; flips--) {
                mutant[random.nextInt(mutant.length)] ^= (byte) (1 + random.nextInt(255));
            }
            assertRefusedOrOf(CertificationRequest.parse(sound).publicKey(), mutant);
        }
    }

    /** Some bytes outside the signed part do not matter, such as those of lengths. */
    private static void assertRefusedOrOf(PublicKey key, byte[] request) {
        try {
            assertThat(CertificationRequest.parse(request).publicKey()).isEqualTo(key);
        } catch (RefusedException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.INPUT_INVALID);
        }
    }

    private static void assertRefused(byte[] request) {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> CertificationRequest.parse(request))
                .extracting(RefusedException::code).isEqualTo(ErrorCode.INPUT_INVALID);
    }
}
