package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.spec.ECGenParameterSpec;
import javax.crypto.KeyAgreement;
import javax.crypto.ShortBufferException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The card agrees on the same secret as the JDK. */
final class EcdhTest {
    private static final Station STATION = Station.softHsm();

    @ParameterizedTest
    @CsvSource({"p-256, secp256r1", "p-384, secp384r1"})
    void bothSidesAgree(String alias, String curve) throws Exception {
        KeyPair other = pair(curve);
        KeyAgreement remote = remote(alias);
        remote.doPhase(other.getPublic(), true);
        KeyAgreement jdk = KeyAgreement.getInstance("ECDH", "SunEC");
        jdk.init(other.getPrivate());
        jdk.doPhase(STATION.certificate(alias).getPublicKey(), true);
        assertThat(remote.generateSecret()).isEqualTo(jdk.generateSecret());
    }

    @Test
    void anAgreementIsUsedAgainAfterItsSecretWasTaken() throws Exception {
        KeyPair other = pair("secp256r1");
        KeyAgreement remote = remote("p-256");
        remote.doPhase(other.getPublic(), true);
        byte[] first = remote.generateSecret();
        assertThatThrownBy(remote::generateSecret).isInstanceOf(IllegalStateException.class);
        remote.doPhase(other.getPublic(), true);
        assertThatThrownBy(() -> remote.generateSecret(new byte[8], 0)).isInstanceOf(ShortBufferException.class);
        assertThat(remote.generateSecret("TlsPremasterSecret").getEncoded()).isEqualTo(first);
    }

    @Test
    void aKeyOfAnotherCurveIsRefusedLocally() throws Exception {
        long before = STATION.posts();
        KeyAgreement remote = remote("p-256");
        KeyPair other = pair("secp384r1");
        assertThatThrownBy(() -> remote.doPhase(other.getPublic(), true)).isInstanceOf(InvalidKeyException.class)
                .hasMessageContaining("not of the same curve");
        assertThat(STATION.posts()).isEqualTo(before);
    }

    @Test
    void aBareSecretIsNoAesKey() throws Exception {
        KeyAgreement remote = remote("p-256");
        remote.doPhase(pair("secp256r1").getPublic(), true);
        assertThatThrownBy(() -> remote.generateSecret("AES")).isInstanceOf(NoSuchAlgorithmException.class);
    }

    private static KeyAgreement remote(String alias) throws Exception {
        KeyAgreement remote = KeyAgreement.getInstance("ECDH", STATION.provider());
        remote.init(STATION.key(alias));
        return remote;
    }

    private static KeyPair pair(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }
}
