package org.remotepkcs11.testkit.cards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation.Kind;
import org.remotepkcs11.wire.Operation.Parameters;
import org.remotepkcs11.wire.RefusedException;

/** What every kind of card must do, each result judged by the JDK or Bouncy Castle. */
interface CardMechanisms {
    byte[] MESSAGE = "Was du ererbt von deinen Vätern hast".getBytes(StandardCharsets.UTF_8);
    BouncyCastleProvider BOUNCY_CASTLE = new BouncyCastleProvider();

    /** Holds keys labelled rsa-2048, p-256, p-384, ed25519. */
    PluggedCard plugged();

    /** Names of a hash. */
    enum Hash {
        SHA1("SHA-1", Mechanisms.SHA_1, Mechanisms.MGF1_SHA1), SHA224("SHA-224", Mechanisms.SHA224, Mechanisms.MGF1_SHA224),
        SHA256("SHA-256", Mechanisms.SHA256, Mechanisms.MGF1_SHA256),
        SHA384("SHA-384", Mechanisms.SHA384, Mechanisms.MGF1_SHA384),
        SHA512("SHA-512", Mechanisms.SHA512, Mechanisms.MGF1_SHA512),
        SHA3_256("SHA3-256", Mechanisms.SHA3_256, Mechanisms.MGF1_SHA3_256),
        SHA3_512("SHA3-512", Mechanisms.SHA3_512, Mechanisms.MGF1_SHA3_512);

        final String jca;
        final long mechanism;
        final long mgf;

        Hash(String jca, long mechanism, long mgf) {
            this.jca = jca;
            this.mechanism = mechanism;
            this.mgf = mgf;
        }

        byte[] of(byte[] message) throws Exception {
            return MessageDigest.getInstance(jca).digest(message);
        }
    }

    @Test
    default void rsaSignsDigestInfos() throws Exception {
        byte[] signature = plugged().apply("rsa-2048", Kind.SIGN, Mechanisms.RSA_PKCS, digestInfo());
        assertThat(verify("SHA256withRSA", "rsa-2048", signature)).isTrue();
    }

    @Test
    default void rsaSignsPaddedBlocksPlainly() throws Exception {
        byte[] info = digestInfo();
        byte[] block = new byte[256];
        java.util.Arrays.fill(block, 2, 256 - info.length - 1, (byte) 0xFF);
        block[1] = 1;
        System.arraycopy(info, 0, block, 256 - info.length, info.length);
        byte[] signature = plugged().apply("rsa-2048", Kind.SIGN, Mechanisms.RSA_X_509, block);
        assertThat(verify("SHA256withRSA", "rsa-2048", signature)).isTrue();
    }

    private static byte[] digestInfo() throws Exception {
        return new DigestInfo(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256,
                org.bouncycastle.asn1.DERNull.INSTANCE), Hash.SHA256.of(MESSAGE)).getEncoded();
    }

    @ParameterizedTest
    @EnumSource
    default void rsaSignsPssWithEveryHash(Hash hash) throws Exception {
        byte[] digest = hash.of(MESSAGE);
        byte[] signature = plugged().apply("rsa-2048", Kind.SIGN, Mechanisms.RSA_PKCS_PSS,
                new Parameters.Pss(hash.mechanism, hash.mgf, digest.length), digest);
        assertThat(verifyPss(hash, hash, digest.length, signature)).isTrue();
    }

    @Test
    default void rsaSignsPssWithAnotherMaskHashAndNoSalt() throws Exception {
        byte[] signature = plugged().apply("rsa-2048", Kind.SIGN, Mechanisms.RSA_PKCS_PSS,
                new Parameters.Pss(Mechanisms.SHA256, Mechanisms.MGF1_SHA1, 0), Hash.SHA256.of(MESSAGE));
        assertThat(verifyPss(Hash.SHA256, Hash.SHA1, 0, signature)).isTrue();
    }

    private boolean verifyPss(Hash hash, Hash mask, int salt, byte[] signature) throws Exception {
        Signature verifier = Signature.getInstance("RSASSA-PSS");
        verifier.setParameter(new PSSParameterSpec(hash.jca, "MGF1", new MGF1ParameterSpec(mask.jca), salt, 1));
        verifier.initVerify(plugged().publicKey("rsa-2048"));
        verifier.update(MESSAGE);
        return verifier.verify(signature);
    }

    @ParameterizedTest
    @ValueSource(strings = {"p-256", "p-384"})
    default void ecdsaSignsDigests(String label) throws Exception {
        for (Hash hash : List.of(Hash.SHA1, Hash.SHA256, Hash.SHA384, Hash.SHA512)) {
            byte[] signature = plugged().apply(label, Kind.SIGN, Mechanisms.ECDSA, hash.of(MESSAGE));
            assertThat(verify(hash.name() + "withECDSAinP1363Format", label, signature)).isTrue();
        }
    }

    @Test
    default void ed25519SignsMessages() throws Exception {
        assertThat(verify("Ed25519", "ed25519", plugged().apply("ed25519", Kind.SIGN, Mechanisms.EDDSA, MESSAGE))).isTrue();
    }

    private boolean verify(String algorithm, String label, byte[] signature) throws Exception {
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(plugged().publicKey(label));
        verifier.update(MESSAGE);
        return verifier.verify(signature);
    }

    @Test
    default void rsaDecryptsPkcs1() throws Exception {
        Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        cipher.init(Cipher.ENCRYPT_MODE, plugged().publicKey("rsa-2048"));
        assertThat(plugged().apply("rsa-2048", Kind.DECRYPT, Mechanisms.RSA_PKCS, cipher.doFinal(MESSAGE)))
                .isEqualTo(MESSAGE);
    }

    @Test
    default void rsaDecryptsPlainly() throws Exception {
        byte[] block = new byte[256];
        System.arraycopy(MESSAGE, 0, block, 100, MESSAGE.length);
        Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, plugged().publicKey("rsa-2048"));
        assertThat(plugged().apply("rsa-2048", Kind.DECRYPT, Mechanisms.RSA_X_509, cipher.doFinal(block)))
                .isEqualTo(block);
    }

    @ParameterizedTest
    @EnumSource
    default void rsaDecryptsOaepWithEveryHash(Hash hash) throws Exception {
        for (byte[] label : List.of(new byte[0], "label".getBytes(StandardCharsets.UTF_8))) {
            byte[] sent = oaep(hash, hash, label);
            assertThat(plugged().apply("rsa-2048", Kind.DECRYPT, Mechanisms.RSA_PKCS_OAEP,
                    new Parameters.Oaep(hash.mechanism, hash.mgf, label), sent)).isEqualTo(MESSAGE);
        }
    }

    @Test
    default void rsaDecryptsOaepWithAnotherMaskHash() throws Exception {
        byte[] sent = oaep(Hash.SHA256, Hash.SHA1, new byte[0]);
        assertThat(plugged().apply("rsa-2048", Kind.DECRYPT, Mechanisms.RSA_PKCS_OAEP,
                new Parameters.Oaep(Mechanisms.SHA256, Mechanisms.MGF1_SHA1, new byte[0]), sent)).isEqualTo(MESSAGE);
    }

    private byte[] oaep(Hash hash, Hash mask, byte[] label) throws Exception {
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding", BOUNCY_CASTLE);
        cipher.init(Cipher.ENCRYPT_MODE, plugged().publicKey("rsa-2048"), new OAEPParameterSpec(hash.jca, "MGF1",
                new MGF1ParameterSpec(mask.jca), new PSource.PSpecified(label)));
        return cipher.doFinal(MESSAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"p-256", "p-384"})
    default void ecdhDerivesTheCommonSecret(String label) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(((ECPublicKey) plugged().publicKey(label)).getParams());
        KeyPair other = generator.generateKeyPair();
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(other.getPrivate());
        agreement.doPhase(plugged().publicKey(label), true);
        byte[] point = SubjectPublicKeyInfo.getInstance(other.getPublic().getEncoded()).getPublicKeyData().getOctets();
        assertThat(plugged().apply(label, Kind.DERIVE, Mechanisms.ECDH1_DERIVE, new Parameters.Ecdh(point), new byte[0]))
                .isEqualTo(agreement.generateSecret());
    }

    @Test
    default void aPointOffTheCurveIsRefused() {
        byte[] point = new byte[65];
        java.util.Arrays.fill(point, (byte) 7);
        point[0] = 4;
        assertRefused(ErrorCode.INPUT_INVALID, () -> plugged().apply("p-256", Kind.DERIVE, Mechanisms.ECDH1_DERIVE,
                new Parameters.Ecdh(point), new byte[0]));
    }

    @Test
    default void aCiphertextForAnotherKeyIsRefused() {
        byte[] sent = new byte[256];
        sent[255] = 3;
        assertRefused(ErrorCode.INPUT_INVALID, () -> plugged().apply("rsa-2048", Kind.DECRYPT, Mechanisms.RSA_PKCS, sent));
        assertRefused(ErrorCode.INPUT_INVALID, () -> plugged().apply("rsa-2048", Kind.DECRYPT, Mechanisms.RSA_PKCS_OAEP,
                new Parameters.Oaep(Mechanisms.SHA256, Mechanisms.MGF1_SHA256, new byte[0]), sent));
    }

    @Test
    default void tooMuchDataIsRefused() {
        assertRefused(ErrorCode.INPUT_INVALID,
                () -> plugged().apply("rsa-2048", Kind.SIGN, Mechanisms.RSA_PKCS, new byte[300]));
    }

    @Test
    default void aMechanismOfAnotherKindOfKeyIsRefused() {
        assertRefused(ErrorCode.MECHANISM_FORBIDDEN,
                () -> plugged().apply("p-256", Kind.SIGN, Mechanisms.RSA_PKCS, new byte[32]));
    }

    static void assertRefused(ErrorCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RefusedException.class,
                refused -> assertThat(refused.code()).isEqualTo(code));
    }
}
