package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wherever the provider stands in the list, Java gives it the remote keys and only those. */
final class ProviderSelectionTest {
    private static final Station STATION = Station.softHsm();
    private static final int FIRST = 1;
    private static final int LAST = 100;

    @AfterEach
    void remove() {
        Security.removeProvider("RemotePKCS11");
    }

    @ParameterizedTest
    @ValueSource(ints = {FIRST, LAST})
    void signaturesFindTheProviderOfTheirKey(int position) throws Exception {
        Security.insertProviderAt(STATION.provider(), position);
        PublicKey remotePublic = STATION.certificate("p-256").getPublicKey();
        assertThat(provider(STATION.key("p-256"), remotePublic)).isEqualTo("RemotePKCS11");
        KeyPair own = pair("EC", 256);
        assertThat(provider(own.getPrivate(), own.getPublic())).isEqualTo("SunEC");
    }

    /** Who signed; the signature is checked, too. */
    private static String provider(PrivateKey key, PublicKey publicKey) throws Exception {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        String signer = signature.getProvider().getName();
        byte[] signed = signature.sign();
        Signature verifier = Signature.getInstance("SHA256withECDSA");
        verifier.initVerify(publicKey);
        assertThat(verifier.getProvider().getName()).isEqualTo("SunEC");
        assertThat(verifier.verify(signed)).isTrue();
        return signer;
    }

    @ParameterizedTest
    @ValueSource(ints = {FIRST, LAST})
    void ciphersFindTheProviderOfTheirKey(int position) throws Exception {
        Security.insertProviderAt(STATION.provider(), position);
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
        cipher.init(Cipher.ENCRYPT_MODE, STATION.certificate("rsa-2048").getPublicKey());
        byte[] ciphertext = cipher.doFinal(new byte[] {1, 2, 3});
        Cipher remote = Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
        remote.init(Cipher.DECRYPT_MODE, STATION.key("rsa-2048"));
        assertThat(remote.doFinal(ciphertext)).containsExactly(1, 2, 3);
        assertThat(remote.getProvider().getName()).isEqualTo("RemotePKCS11");
    }

    @ParameterizedTest
    @ValueSource(ints = {FIRST, LAST})
    void agreementsFindTheProviderOfTheirKey(int position) throws Exception {
        Security.insertProviderAt(STATION.provider(), position);
        KeyPair own = pair("EC", 256);
        byte[] ours = agree(own.getPrivate(), STATION.certificate("p-256").getPublicKey());
        assertThat(agree(STATION.key("p-256"), own.getPublic())).isEqualTo(ours);
    }

    private static byte[] agree(PrivateKey key, PublicKey other) throws Exception {
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(key);
        agreement.doPhase(other, true);
        return agreement.generateSecret();
    }

    private static KeyPair pair(String algorithm, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        return generator.generateKeyPair();
    }
}
