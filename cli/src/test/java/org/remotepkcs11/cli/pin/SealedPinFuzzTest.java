package org.remotepkcs11.cli.pin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.proxy.authority.Authority;

class SealedPinFuzzTest {
    private static final Authority AUTHORITY = Authority.create(Instant.now());
    private static final char[] PIN = "8351-planted".toCharArray();
    private static final List<KeyPair> KEYS = List.of(pair("EC", 256), pair("RSA", 2048), pair("Ed25519", 255));

    private static KeyPair pair(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static X509Certificate certificate(KeyPair key) {
        return AUTHORITY.issueUser(key.getPublic(), "ugo", Instant.now(), Duration.ofDays(1));
    }

    private static void refused(byte[] sealed, PrivateKey key) {
        assertThatThrownBy(() -> SealedPin.open(sealed, key)).isInstanceOf(GeneralSecurityException.class);
    }

    @FuzzTest
    void anythingIsRefused(byte[] bytes) {
        KEYS.forEach(key -> refused(bytes, key.getPrivate()));
    }

    /** CBC has no tag: a changed ciphertext may still be some text, but it never breaks the program. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void whatWasChangedOnItsWayBreaksNothing(int type) throws Exception {
        KeyPair key = KEYS.get(type);
        byte[] sealed = SealedPin.seal(PIN, certificate(key));
        assertThat(SealedPin.open(sealed, key.getPrivate())).isEqualTo(PIN);
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            byte[] changed = sealed.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            opened(changed, key.getPrivate());
        }
    }

    private static void opened(byte[] changed, PrivateKey key) {
        try {
            SealedPin.open(changed, key);
        } catch (GeneralSecurityException refused) {
            assertThat(refused).hasMessageNotContaining(new String(PIN));
        }
    }

    @Test
    void whatIsForSeveralRecipientsIsRefused() throws Exception {
        KeyPair key = KEYS.get(1);
        BouncyCastleProvider provider = new BouncyCastleProvider();
        CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
        for (KeyPair one : List.of(key, pair("RSA", 2048))) {
            generator.addRecipientInfoGenerator(
                    new JceKeyTransRecipientInfoGenerator(certificate(one)).setProvider(provider));
        }
        refused(enveloped(generator, new byte[4]), key.getPrivate());
    }

    @Test
    void whatIsTooLongForAPinIsRefused() throws Exception {
        KeyPair key = KEYS.get(1);
        CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
        generator.addRecipientInfoGenerator(
                new JceKeyTransRecipientInfoGenerator(certificate(key)).setProvider(new BouncyCastleProvider()));
        refused(enveloped(generator, new byte[257]), key.getPrivate());
        refused(new byte[SealedPin.MAX_BYTES + 1], key.getPrivate());
    }

    private static byte[] enveloped(CMSEnvelopedDataGenerator generator, byte[] content)
            throws CMSException, IOException {
        return generator.generate(new CMSProcessableByteArray(content), new JceCMSContentEncryptorBuilder(
                CMSAlgorithm.AES256_CBC).setProvider(new BouncyCastleProvider()).build()).getEncoded();
    }
}
