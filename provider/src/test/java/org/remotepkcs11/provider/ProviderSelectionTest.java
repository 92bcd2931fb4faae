package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wherever the provider stands in the list, Java gives it the remote keys and only those. */
final class ProviderSelectionTest {
    private static final Station STATION = Station.softHsm();
    private static final int FIRST = 1;
    private static final int LAST = 100;
    private static final PSSParameterSpec PSS =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);

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

    /** Java must choose when a program asks before it shows the key: the provider then hands software keys on. */
    @Test
    void softwareKeysWorkThoughTheProviderWasChosenBeforeTheKeyWasKnown() throws Exception {
        Security.insertProviderAt(STATION.provider(), FIRST);
        KeyPair rsa = pair("RSA", 2048);
        byte[] signed = pss(rsa.getPrivate());
        Signature verifier = Signature.getInstance("RSASSA-PSS", "SunRsaSign");
        verifier.setParameter(PSS);
        verifier.initVerify(rsa.getPublic());
        assertThat(verifier.verify(signed)).isTrue();
        Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        assertThat(cipher.getProvider().getName()).isEqualTo("RemotePKCS11");
        cipher.init(Cipher.ENCRYPT_MODE, rsa.getPublic());
        byte[] ciphertext = cipher.doFinal(new byte[] {1, 2, 3});
        cipher.init(Cipher.DECRYPT_MODE, rsa.getPrivate());
        assertThat(cipher.doFinal(ciphertext)).containsExactly(1, 2, 3);
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        assertThat(agreement.getProvider().getName()).isEqualTo("RemotePKCS11");
        agreement.init(pair("EC", 256).getPrivate());
        agreement.doPhase(pair("EC", 256).getPublic(), true);
        assertThat(agreement.generateSecret()).hasSize(32);
    }

    @Test
    void parametersMayBeSetBeforeTheKeyIfTheProviderIsFirst() throws Exception {
        Security.addProvider(STATION.provider());
        assertThatThrownBy(() -> pss(STATION.key("rsa-2048"))).isInstanceOf(InvalidKeyException.class);
        Security.removeProvider("RemotePKCS11");
        Security.insertProviderAt(STATION.provider(), FIRST);
        assertThat(pss(STATION.key("rsa-2048"))).hasSize(256);
    }

    @Test
    void aKeyOfNoProviderIsRefused() throws Exception {
        Signature signature = Signature.getInstance("SHA256withRSA", STATION.provider());
        assertThatThrownBy(() -> signature.initSign(STATION.key("p-256"))).isInstanceOf(InvalidKeyException.class);
        assertThatThrownBy(() -> signature.initSign(null)).isInstanceOf(InvalidKeyException.class);
        assertThatThrownBy(() -> signature.initSign(pair("EC", 256).getPrivate()))
                .isInstanceOf(InvalidKeyException.class).hasMessageContaining("no other provider takes it");
    }

    /** In the order of many programs. */
    private static byte[] pss(PrivateKey key) throws Exception {
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(PSS);
        signature.initSign(key);
        return signature.sign();
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
