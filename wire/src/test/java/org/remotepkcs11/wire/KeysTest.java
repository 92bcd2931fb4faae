package org.remotepkcs11.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of every type and provider sign and verify messages; the JDK and Bouncy Castle judge the signatures. */
class KeysTest {
    private static final byte[] BODY = {1, 2, 3};

    private static Signature signature(String keyName, Provider provider) throws Exception {
        if (keyName.endsWith("rsa")) {
            Signature pss = Signature.getInstance("RSASSA-PSS", provider);
            pss.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
            return pss;
        }
        return Signature.getInstance(keyName.endsWith("p256") ? "SHA256withECDSA" : "Ed25519", provider);
    }

    private static Provider provider(String keyName, String whose) {
        return whose.equals("BC") ? new BouncyCastleProvider()
                : Security.getProvider(keyName.endsWith("rsa") ? "SunRsaSign" : "SunEC");
    }

    @ParameterizedTest
    @CsvSource({"user-ed25519, JDK", "user-ed25519, BC", "user-p256, JDK", "user-p256, BC", "user-rsa, JDK", "user-rsa, BC"})
    void signaturesAreThoseOfTheirStandards(String keyName, String whose) throws Exception {
        TestKey key = TestKey.of(keyName);
        Signature judge = signature(keyName, provider(keyName, whose));
        judge.initVerify(key.publicKey());
        judge.update(Prefix.REQUEST.bytes());
        judge.update(BODY);
        assertThat(judge.verify(key.signer().sign(Prefix.REQUEST, BODY))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"user-ed25519, JDK", "user-ed25519, BC", "user-p256, JDK", "user-p256, BC", "user-rsa, JDK", "user-rsa, BC"})
    void signaturesOfOthersAreAccepted(String keyName, String whose) throws Exception {
        TestKey key = TestKey.of(keyName);
        Signature other = signature(keyName, provider(keyName, whose));
        other.initSign(key.privateKey());
        other.update(Prefix.REPLY.bytes());
        other.update(BODY);
        assertThat(MessageVerifier.of(key.publicKey()).verifies(Prefix.REPLY, BODY, 0, BODY.length, other.sign())).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"EC, 256", "Ed25519, 255", "RSA, 2048"})
    void keysOfBouncyCastleAreTakenUp(String algorithm, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm, new BouncyCastleProvider());
        generator.initialize(bits);
        KeyPair keys = generator.generateKeyPair();
        byte[] signature = MessageSigner.of(keys.getPrivate(), keys.getPublic()).sign(Prefix.REPLY, BODY);
        assertThat(MessageVerifier.of(keys.getPublic()).verifies(Prefix.REPLY, BODY, 0, BODY.length, signature)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"small-rsa", "large-p384"})
    void otherKeysAreNotTakenUp(String name) {
        TestKey key = TestKey.of(name);
        assertThatThrownBy(key::signer).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("P-256, Ed25519 or RSA");
        assertThatThrownBy(() -> new ReplyOpener(key.publicKey())).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"user-ed25519, stranger-ed25519", "user-p256, proxy-p256", "user-rsa, proxy-rsa", "user-p256, proxy-rsa",
            "user-ed25519, user-rsa"})
    void keysThatAreNoPairAreNotTakenUp(String publicName, String privateName) {
        assertThatThrownBy(() -> MessageSigner.of(TestKey.of(privateName).privateKey(), TestKey.of(publicName).publicKey()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** As a key on a token shows itself. */
    private record Opaque(PrivateKey key) implements PrivateKey {
        @Override
        public String getAlgorithm() {
            return key.getAlgorithm();
        }

        @Override
        public String getFormat() {
            return null;
        }

        @Override
        public byte[] getEncoded() {
            return null;
        }
    }

    @Test
    void keyThatNoProviderCanUseIsNotTakenUp() {
        TestKey key = TestKey.of("user-p256");
        assertThatThrownBy(() -> MessageSigner.of(new Opaque(key.privateKey()), key.publicKey()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no provider");
    }

    /** A provider that must never be asked: as our own token, which would ask us again. */
    private static final class Recursion extends Provider {
        Recursion(String name) {
            super(name, "1", "fails when it is asked");
            for (String service : List.of("Signature.SHA256withECDSA", "Signature.Ed25519", "Signature.RSASSA-PSS",
                    "MessageDigest.SHA-256", "SecureRandom.NativePRNG", "SecureRandom.DRBG", "KeyFactory.EC",
                    "KeyFactory.Ed25519", "KeyFactory.RSA", "SSLContext.TLSv1.3")) {
                put(service, "org.remotepkcs11.never.Asked");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RemotePKCS11", "SunPKCS11-rpkcs11"})
    void ourOwnTokenIsNeverAskedEvenIfItStandsFirst(String name) {
        Security.insertProviderAt(new Recursion(name), 1);
        try {
            for (String keyName : List.of("user-ed25519", "user-p256", "user-rsa")) {
                TestKey key = TestKey.of(keyName);
                byte[] signature = key.signer().sign(Prefix.REPLY, BODY);
                assertThat(MessageVerifier.of(key.publicKey()).verifies(Prefix.REPLY, BODY, 0, 3, signature)).isTrue();
            }
            assertThat(List.of(Id.random(), Fingerprint.of(TestKey.of("user-rsa").publicKey())))
                    .doesNotContain(Id.NONE);
        } finally {
            Security.removeProvider(name);
        }
    }
}
