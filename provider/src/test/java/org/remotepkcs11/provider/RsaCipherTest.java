package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.util.stream.Stream;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the JDK encrypted, the card decrypts. */
final class RsaCipherTest {
    private static final Station STATION = Station.softHsm();
    private static final byte[] SECRET = "thirty-two bytes of secret stuff".getBytes();

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "RSA/ECB/PKCS1Padding", "RSA/ECB/OAEPPadding",
        "RSA/ECB/OAEPWithSHA-1AndMGF1Padding", "RSA/ECB/OAEPWithSHA1AndMGF1Padding",
        "RSA/ECB/OAEPWithSHA-224AndMGF1Padding", "RSA/ECB/OAEPWithSHA-256AndMGF1Padding",
        "RSA/ECB/OAEPWithSHA-384AndMGF1Padding", "RSA/ECB/OAEPWithSHA-512AndMGF1Padding"})
    void transformationsOfTheJdkAreDecrypted(String transformation) throws Exception {
        Cipher remote = remote(transformation);
        remote.init(Cipher.DECRYPT_MODE, STATION.key("rsa-2048"));
        assertThat(remote.doFinal(encrypted(transformation, null))).isEqualTo(SECRET);
    }

    static Stream<AlgorithmParameterSpec> oaepParameters() {
        return Stream.of(
                new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT),
                new OAEPParameterSpec("SHA-512", "MGF1", MGF1ParameterSpec.SHA512, PSource.PSpecified.DEFAULT),
                new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256,
                        new PSource.PSpecified("a label".getBytes())));
    }

    @ParameterizedTest
    @MethodSource("oaepParameters")
    void oaepObeysItsParameters(AlgorithmParameterSpec parameters) throws Exception {
        Cipher remote = remote("RSA/ECB/OAEPPadding");
        remote.init(Cipher.DECRYPT_MODE, STATION.key("rsa-2048"), parameters);
        assertThat(remote.doFinal(encrypted("RSA/ECB/OAEPPadding", parameters))).isEqualTo(SECRET);
        assertThat(remote.getParameters().getParameterSpec(OAEPParameterSpec.class).getDigestAlgorithm())
                .isEqualTo(((OAEPParameterSpec) parameters).getDigestAlgorithm());
    }

    @Test
    void aWrappedSecretKeyIsUnwrapped() throws Exception {
        Key aes = new SecretKeySpec(SECRET, "AES");
        Cipher wrapper = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        wrapper.init(Cipher.WRAP_MODE, STATION.certificate("rsa-2048"));
        byte[] wrapped = wrapper.wrap(aes);
        Cipher remote = remote("RSA/ECB/PKCS1Padding");
        remote.init(Cipher.UNWRAP_MODE, STATION.key("rsa-2048"));
        assertThat(remote.unwrap(wrapped, "AES", Cipher.SECRET_KEY)).isEqualTo(aes);
    }

    @Test
    void aWrappedPrivateKeyIsUnwrapped() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair pair = generator.generateKeyPair();
        Cipher wrapper = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        wrapper.init(Cipher.WRAP_MODE, STATION.certificate("rsa-2048"));
        Cipher remote = remote("RSA/ECB/PKCS1Padding");
        remote.init(Cipher.UNWRAP_MODE, STATION.key("rsa-2048"));
        assertThat(remote.unwrap(wrapper.wrap(pair.getPrivate()), "EC", Cipher.PRIVATE_KEY))
                .isEqualTo(pair.getPrivate());
    }

    @Test
    void oneCipherDecryptsAgainAndAgain() throws Exception {
        Cipher remote = remote("RSA/ECB/PKCS1Padding");
        remote.init(Cipher.DECRYPT_MODE, STATION.key("rsa-2048"));
        byte[] ciphertext = encrypted("RSA/ECB/PKCS1Padding", null);
        for (int i = 0; i < 3; i++) {
            remote.update(ciphertext, 0, 100);
            assertThat(remote.doFinal(ciphertext, 100, ciphertext.length - 100)).isEqualTo(SECRET);
        }
    }

    @Test
    void badPaddingIsToldApartFromBadLength() throws Exception {
        Cipher remote = remote("RSA/ECB/OAEPPadding");
        remote.init(Cipher.DECRYPT_MODE, STATION.key("rsa-2048"));
        byte[] broken = encrypted("RSA/ECB/OAEPPadding", null);
        broken[200] ^= 1;
        assertThatThrownBy(() -> remote.doFinal(broken)).isInstanceOf(BadPaddingException.class);
        assertThatThrownBy(() -> remote.doFinal(new byte[100])).isInstanceOf(IllegalBlockSizeException.class)
                .hasMessage("this key decrypts exactly 256 bytes, not 100");
        assertThatThrownBy(() -> remote.doFinal(new byte[1000])).isInstanceOf(IllegalBlockSizeException.class);
    }

    @Test
    void whatACardCannotDoIsRefusedByName() throws Exception {
        assertThatThrownBy(() -> remote("RSA/ECB/OAEPWithMD5AndMGF1Padding"))
                .isInstanceOf(NoSuchPaddingException.class);
        Cipher remote = remote("RSA/ECB/OAEPPadding");
        assertThatThrownBy(() -> remote.init(Cipher.ENCRYPT_MODE, STATION.key("rsa-2048")))
                .isInstanceOf(InvalidKeyException.class).hasMessageContaining("encrypt with the public key");
        assertThatThrownBy(() -> remote.init(Cipher.DECRYPT_MODE, STATION.key("p-256")))
                .isInstanceOf(InvalidKeyException.class);
    }

    @Test
    void encryptingWithThePrivateKeySignsAsOlderProgramsExpect() throws Exception {
        Cipher remote = remote("RSA/ECB/PKCS1Padding");
        remote.init(Cipher.ENCRYPT_MODE, STATION.key("rsa-2048"));
        byte[] signed = remote.doFinal(SECRET);
        Cipher jdk = Cipher.getInstance("RSA/ECB/PKCS1Padding", "SunJCE");
        jdk.init(Cipher.DECRYPT_MODE, STATION.certificate("rsa-2048").getPublicKey());
        assertThat(jdk.doFinal(signed)).isEqualTo(SECRET);
        assertThatThrownBy(() -> remote.doFinal(new byte[246])).isInstanceOf(IllegalBlockSizeException.class);
    }

    private static Cipher remote(String transformation) throws Exception {
        return Cipher.getInstance(transformation, STATION.provider());
    }

    private static byte[] encrypted(String transformation, AlgorithmParameterSpec parameters) throws Exception {
        Cipher jdk = Cipher.getInstance(transformation, "SunJCE");
        jdk.init(Cipher.ENCRYPT_MODE, STATION.certificate("rsa-2048").getPublicKey(), parameters);
        return jdk.doFinal(SECRET);
    }
}
