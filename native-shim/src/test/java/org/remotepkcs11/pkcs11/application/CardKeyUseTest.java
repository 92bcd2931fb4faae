package org.remotepkcs11.pkcs11.application;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.pkcs11.application.Returns.assertReturns;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.agreement.kdf.ConcatenationKDFGenerator;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.KDF2BytesGenerator;
import org.bouncycastle.crypto.params.KDFParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.MechanismParameter;
import org.remotepkcs11.pkcs11.cryptoki.Output;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.pkcs11.table.Attribute;

/** Decryption, unwrapping, key agreement and recovery with keys on cards. */
class CardKeyUseTest {
    private static final byte[] SECRET = "sixteen bytes !!".getBytes(UTF_8);

    private final SoftwareKey rsa = SoftwareKey.rsa();
    private final SoftwareKey p256 = SoftwareKey.p256();
    private final Host host = Host.with(rsa, p256).login();

    @AfterEach
    void close() {
        host.close();
    }

    private byte[] encryptedByTheJdk(String name, OAEPParameterSpec parameters) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(name);
        cipher.init(Cipher.ENCRYPT_MODE, rsa.publicKey(), parameters);
        return cipher.doFinal(SECRET);
    }

    @Test
    void pkcs1IsDecryptedByTheCard() throws GeneralSecurityException {
        byte[] encrypted = encryptedByTheJdk("RSA/ECB/PKCS1Padding", null);
        assertThat(host.decrypt(Mechanism.of(CKM.RSA_PKCS), host.privateKey(rsa), encrypted)).isEqualTo(SECRET);
        byte[] ours = host.encrypt(Mechanism.of(CKM.RSA_PKCS), host.publicKey(rsa), SECRET);
        assertThat(host.decrypt(Mechanism.of(CKM.RSA_PKCS), host.privateKey(rsa), ours)).isEqualTo(SECRET);
    }

    @ParameterizedTest
    @CsvSource({"0x220, 1, SHA-1, ''", "0x250, 2, SHA-256, label", "0x270, 4, SHA-512, ''", "0x2B0, 7, SHA3-256, x"})
    void oaepIsDecryptedByTheCard(String hash, long mgf, String name, String label) throws GeneralSecurityException {
        OAEPParameterSpec spec = new OAEPParameterSpec(name, "MGF1", new MGF1ParameterSpec(name),
                new PSource.PSpecified(label.getBytes(UTF_8)));
        Mechanism oaep = Mechanism.of(CKM.RSA_PKCS_OAEP,
                new MechanismParameter.Oaep(Long.decode(hash), mgf, 1, label.getBytes(UTF_8)));
        byte[] encrypted = host.encrypt(oaep, host.publicKey(rsa), SECRET);
        assertThat(host.decrypt(oaep, host.privateKey(rsa), encrypted)).isEqualTo(SECRET);
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding", SoftwareKey.BOUNCY_CASTLE);
        cipher.init(Cipher.DECRYPT_MODE, rsa.pair().getPrivate(), spec);
        assertThat(cipher.doFinal(encrypted)).isEqualTo(SECRET);
    }

    @Test
    void bareRsaKeepsTheLengthOfTheModulus() {
        byte[] encrypted = host.encrypt(Mechanism.of(CKM.RSA_X_509), host.publicKey(rsa), SECRET);
        byte[] plain = host.decrypt(Mechanism.of(CKM.RSA_X_509), host.privateKey(rsa), encrypted);
        assertThat(plain).hasSize(256).endsWith(SECRET).startsWith(0, 0, 0);
    }

    @Test
    void plaintextWaitsForABufferLargeEnoughAndTheCardDecryptsOnce() throws GeneralSecurityException {
        byte[] encrypted = encryptedByTheJdk("RSA/ECB/PKCS1Padding", null);
        CipherFunctions ciphers = host.application.ciphers();
        ciphers.decryptInit(host.session, Optional.of(Mechanism.of(CKM.RSA_PKCS)), host.privateKey(rsa));
        Output length = Output.forLength();
        ciphers.decrypt(host.session, encrypted, length);
        assertThat(length.length()).isEqualTo(245);
        assertThat(host.cards.uses).hasValue(0);
        Output small = Output.withRoom(15);
        assertReturns(CKR.BUFFER_TOO_SMALL, () -> ciphers.decrypt(host.session, encrypted, small));
        assertThat(small.length()).isEqualTo(16);
        Output out = Output.withRoom(16);
        ciphers.decrypt(host.session, encrypted, out);
        assertThat(out.value()).isEqualTo(SECRET);
        assertThat(host.cards.uses).hasValue(1);
    }

    @Test
    void ciphertextOfAnotherLengthIsRefusedHere() {
        assertReturns(CKR.ENCRYPTED_DATA_LEN_RANGE,
                () -> host.decrypt(Mechanism.of(CKM.RSA_PKCS), host.privateKey(rsa), new byte[255]));
        assertThat(host.cards.uses).hasValue(0);
    }

    @Test
    void cardThatKnowsOnlyBareRsaDoesEverything() throws GeneralSecurityException {
        try (Host bare = Host.of(SoftwareCards.with(rsa).knowing(Set.of(CKM.RSA_X_509))).login()) {
            long key = bare.privateKey(rsa);
            byte[] encrypted = encryptedByTheJdk("RSA/ECB/PKCS1Padding", null);
            assertThat(bare.decrypt(Mechanism.of(CKM.RSA_PKCS), key, encrypted)).isEqualTo(SECRET);
            byte[] signature = bare.sign(Mechanism.of(CKM.SHA256_RSA_PKCS), key, SECRET);
            bare.verify(Mechanism.of(CKM.SHA256_RSA_PKCS), bare.publicKey(rsa), SECRET, signature);
            Mechanism pss = Mechanism.of(CKM.SHA256_RSA_PKCS_PSS, new MechanismParameter.Pss(CKM.SHA256, 2, 32));
            assertThat(verifiesPss(bare.sign(pss, key, SECRET))).isTrue();
            assertReturns(CKR.MECHANISM_INVALID, () -> {
                try (Host none = Host.of(SoftwareCards.with(rsa).knowing(Set.of())).login()) {
                    none.sign(pss, none.privateKey(rsa), SECRET);
                }
            });
        }
    }

    private boolean verifiesPss(byte[] signature) throws GeneralSecurityException {
        Signature verifier = Signature.getInstance("RSASSA-PSS");
        verifier.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        verifier.initVerify(rsa.publicKey());
        verifier.update(SECRET);
        return verifier.verify(signature);
    }

    @Test
    void keyIsUnwrappedByTheCard() {
        long wrapped = host.secretKey(CKK.AES, SECRET);
        Output out = Output.withRoom(256);
        KeyFunctions keys = host.application.keys();
        keys.wrap(host.session, Mechanism.of(CKM.RSA_PKCS), host.publicKey(rsa), wrapped, out);
        long unwrapped = keys.unwrap(host.session, Mechanism.of(CKM.RSA_PKCS), host.privateKey(rsa), out.value(),
                Template.of(Attribute.ofUlong(CKA.CLASS, CKO.SECRET_KEY), Attribute.ofUlong(CKA.KEY_TYPE, CKK.AES)));
        assertThat(host.value(unwrapped, CKA.VALUE)).isEqualTo(SECRET);
        assertReturns(CKR.WRAPPED_KEY_LEN_RANGE, () -> keys.unwrap(host.session, Mechanism.of(CKM.RSA_PKCS),
                host.privateKey(rsa), new byte[3], Template.of(Attribute.ofUlong(CKA.CLASS, CKO.SECRET_KEY),
                        Attribute.ofUlong(CKA.KEY_TYPE, CKK.AES))));
    }

    private static KeyPair other() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private byte[] sharedByTheJdk(KeyPair other) throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(other.getPrivate());
        agreement.doPhase(p256.publicKey(), true);
        return agreement.generateSecret();
    }

    private long derive(long kdf, byte[] shared, byte[] point, Attribute... template) {
        return host.application.keys().derive(host.session,
                Mechanism.of(CKM.ECDH1_DERIVE, new MechanismParameter.Ecdh(kdf, shared, point)),
                host.privateKey(p256), Template.of(template));
    }

    private static byte[] point(KeyPair pair) {
        return SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()).getPublicKeyData().getBytes();
    }

    @Test
    void agreementGivesTheSharedSecretWhateverTheFormOfThePoint() throws Exception {
        KeyPair other = other();
        byte[] expected = sharedByTheJdk(other);
        long key = derive(1, new byte[0], point(other), Attribute.ofUlong(CKA.VALUE_LEN, 32));
        assertThat(host.value(key, CKA.VALUE)).isEqualTo(expected);
        byte[] wrapped = new DEROctetString(point(other)).getEncoded();
        assertThat(host.value(derive(1, new byte[0], wrapped), CKA.VALUE)).isEqualTo(expected);
        long cut = derive(1, new byte[0], point(other), Attribute.ofUlong(CKA.KEY_TYPE, CKK.AES),
                Attribute.ofUlong(CKA.VALUE_LEN, 16));
        assertThat(host.value(cut, CKA.VALUE)).isEqualTo(Arrays.copyOfRange(expected, 16, 32));
    }

    @Test
    void derivationFunctionsAreThoseOfBouncyCastle() throws GeneralSecurityException {
        KeyPair other = other();
        byte[] info = "info".getBytes(UTF_8);
        byte[] expected = new byte[40];
        KDF2BytesGenerator x963 = new KDF2BytesGenerator(new SHA256Digest());
        x963.init(new KDFParameters(sharedByTheJdk(other), info));
        x963.generateBytes(expected, 0, 40);
        long key = derive(6, info, point(other), Attribute.ofUlong(CKA.VALUE_LEN, 40));
        assertThat(host.value(key, CKA.VALUE)).isEqualTo(expected);
        ConcatenationKDFGenerator sp800 = new ConcatenationKDFGenerator(new SHA256Digest());
        sp800.init(new KDFParameters(sharedByTheJdk(other), info));
        sp800.generateBytes(expected, 0, 40);
        key = derive(0x10, info, point(other), Attribute.ofUlong(CKA.VALUE_LEN, 40));
        assertThat(host.value(key, CKA.VALUE)).isEqualTo(expected);
    }

    @Test
    void misuseOfAgreementIsRefused() throws GeneralSecurityException {
        byte[] point = point(other());
        assertReturns(CKR.MECHANISM_PARAM_INVALID, () -> derive(99, new byte[0], point));
        assertReturns(CKR.MECHANISM_PARAM_INVALID, () -> derive(1, new byte[1], point));
        assertReturns(CKR.KEY_SIZE_RANGE,
                () -> derive(1, new byte[0], point, Attribute.ofUlong(CKA.VALUE_LEN, 33)));
        assertReturns(CKR.TEMPLATE_INCOMPLETE, () -> derive(6, new byte[0], point));
        point[3] ^= 1;
        assertReturns(CKR.MECHANISM_PARAM_INVALID, () -> derive(1, new byte[0], point));
        assertThat(host.cards.uses).hasValue(0);
    }

    @Test
    void signedDataIsRecovered() {
        SignatureFunctions signatures = host.application.signatures();
        Optional<Mechanism> mechanism = Optional.of(Mechanism.of(CKM.RSA_PKCS));
        signatures.signRecoverInit(host.session, mechanism, host.privateKey(rsa));
        Output signature = Output.withRoom(256);
        signatures.signRecover(host.session, SECRET, signature);
        signatures.verifyRecoverInit(host.session, mechanism, host.publicKey(rsa));
        Output data = Output.withRoom(256);
        signatures.verifyRecover(host.session, signature.value(), data);
        assertThat(data.value()).isEqualTo(SECRET);
        signatures.verifyRecoverInit(host.session, mechanism, host.publicKey(rsa));
        assertReturns(CKR.SIGNATURE_INVALID,
                () -> signatures.verifyRecover(host.session, new byte[256], Output.withRoom(256)));
    }

    @Test
    void signatureThatIsAnnouncedIsVerified() {
        Mechanism mechanism = Mechanism.of(CKM.SHA256_RSA_PKCS);
        byte[] signature = host.sign(mechanism, host.privateKey(rsa), SECRET);
        SignatureFunctions signatures = host.application.signatures();
        signatures.verifySignatureInit(host.session, Optional.of(mechanism), host.publicKey(rsa), signature);
        signatures.verifyUpdate(host.session, SECRET);
        signatures.verifySignatureFinal(host.session);
        signatures.verifySignatureInit(host.session, Optional.of(mechanism), host.publicKey(rsa), signature);
        assertReturns(CKR.OPERATION_NOT_INITIALIZED, () -> signatures.verify(host.session, SECRET, signature));
        assertReturns(CKR.SIGNATURE_LEN_RANGE, () -> signatures.verifySignatureInit(host.session,
                Optional.of(mechanism), host.publicKey(rsa), new byte[3]));
    }
}
