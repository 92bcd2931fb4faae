package org.remotepkcs11.pkcs11.application;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.pkcs11.application.Returns.assertReturns;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.MechanismParameter;
import org.remotepkcs11.pkcs11.cryptoki.Output;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.PrivateKeyObject.Usage;

/** Signatures by keys on cards, judged by the JDK and Bouncy Castle. */
class SignatureTest {
    private static final byte[] DATA = "the document".getBytes(UTF_8);

    private final SoftwareKey rsa = SoftwareKey.rsa();
    private final SoftwareKey p256 = SoftwareKey.p256();
    private final Host host = Host.with(rsa, p256, SoftwareKey.p384(), SoftwareKey.ed25519()).login();
    private final SignatureFunctions signatures = host.application.signatures();

    @AfterEach
    void close() {
        host.close();
    }

    @ParameterizedTest
    @CsvSource({"5, MD5withRSA", "6, SHA1withRSA", "8, RIPEMD160withRSA", "0x46, SHA224withRSA", "0x40, SHA256withRSA",
        "0x41, SHA384withRSA", "0x42, SHA512withRSA", "0x66, SHA3-224withRSA", "0x60, SHA3-256withRSA",
        "0x61, SHA3-384withRSA", "0x62, SHA3-512withRSA"})
    void hashAndRsaSignatureIsAccepted(String mechanism, String algorithm) throws GeneralSecurityException {
        byte[] signature = host.sign(Mechanism.of(Long.decode(mechanism)), host.privateKey(rsa), DATA);
        assertVerifies(Signature.getInstance(algorithm, SoftwareKey.BOUNCY_CASTLE), rsa, signature);
        host.verify(Mechanism.of(Long.decode(mechanism)), host.publicKey(rsa), DATA, signature);
    }

    @ParameterizedTest
    @CsvSource({"0xE, 0x220, 1, SHA-1, 20", "0x47, 0x255, 5, SHA-224, 28", "0x43, 0x250, 2, SHA-256, 32",
        "0x44, 0x260, 3, SHA-384, 0", "0x45, 0x270, 4, SHA-512, 64", "0x63, 0x2B0, 7, SHA3-256, 32"})
    void hashAndPssSignatureIsAccepted(String mechanism, String hash, long mgf, String name, int salt)
            throws GeneralSecurityException {
        Mechanism pss = Mechanism.of(Long.decode(mechanism), new MechanismParameter.Pss(Long.decode(hash), mgf, salt));
        byte[] signature = host.sign(pss, host.privateKey(rsa), DATA);
        Signature verifier = Signature.getInstance("RSASSA-PSS", SoftwareKey.BOUNCY_CASTLE);
        verifier.setParameter(new PSSParameterSpec(name, "MGF1", new MGF1ParameterSpec(name), salt, 1));
        assertVerifies(verifier, rsa, signature);
        host.verify(pss, host.publicKey(rsa), DATA, signature);
    }

    @ParameterizedTest
    @CsvSource({"0x1042, SHA1", "0x1043, SHA224", "0x1044, SHA256", "0x1045, SHA384", "0x1046, SHA512",
        "0x1047, SHA3-224", "0x1048, SHA3-256", "0x1049, SHA3-384", "0x104A, SHA3-512"})
    void hashAndEcdsaSignatureIsAccepted(String mechanism, String hash) throws GeneralSecurityException {
        byte[] signature = host.sign(Mechanism.of(Long.decode(mechanism)), host.privateKey(p256), DATA);
        assertThat(signature).hasSize(64);
        assertVerifies(Signature.getInstance(hash + "withECDSAinP1363Format"), p256, signature);
        host.verify(Mechanism.of(Long.decode(mechanism)), host.publicKey(p256), DATA, signature);
    }

    @Test
    void edDsaSignatureIsAccepted() throws GeneralSecurityException {
        SoftwareKey key = SoftwareKey.ed25519();
        byte[] signature = host.sign(Mechanism.of(CKM.EDDSA), host.privateKey(key), DATA);
        assertVerifies(Signature.getInstance("Ed25519"), key, signature);
        host.verify(Mechanism.of(CKM.EDDSA), host.publicKey(key), DATA, signature);
    }

    private static void assertVerifies(Signature verifier, SoftwareKey key, byte[] signature)
            throws GeneralSecurityException {
        verifier.initVerify(key.publicKey());
        verifier.update(DATA);
        assertThat(verifier.verify(signature)).isTrue();
    }

    @Test
    void partsGiveTheSignatureOfTheWhole() {
        byte[] whole = host.sign(Mechanism.of(CKM.SHA256_RSA_PKCS), host.privateKey(rsa), DATA);
        signatures.signInit(host.session, Optional.of(Mechanism.of(CKM.SHA256_RSA_PKCS)), host.privateKey(rsa));
        signatures.signUpdate(host.session, Arrays.copyOf(DATA, 3));
        signatures.signUpdate(host.session, Arrays.copyOfRange(DATA, 3, DATA.length));
        Output out = Output.withRoom(256);
        signatures.signFinal(host.session, out);
        assertThat(out.value()).isEqualTo(whole);
    }

    @Test
    void onlyADigestGoesToTheCard() throws GeneralSecurityException {
        host.sign(Mechanism.of(CKM.ECDSA_SHA256), host.privateKey(p256), new byte[1 << 20]);
        Operation sent = host.cards.operations.get(0);
        assertThat(sent.input()).isEqualTo(MessageDigest.getInstance("SHA-256").digest(new byte[1 << 20]));
    }

    @Test
    void askingForTheLengthCostsTheCardNothing() {
        signatures.signInit(host.session, Optional.of(Mechanism.of(CKM.SHA256_RSA_PKCS)), host.privateKey(rsa));
        Output length = Output.forLength();
        signatures.sign(host.session, DATA, length);
        Output small = Output.withRoom(255);
        assertReturns(CKR.BUFFER_TOO_SMALL, () -> signatures.sign(host.session, DATA, small));
        assertThat(host.cards.uses).hasValue(0);
        Output out = Output.withRoom(length.length());
        signatures.sign(host.session, DATA, out);
        assertThat(host.cards.uses).hasValue(1);
        assertThat(out.value()).hasSize(256);
    }

    @Test
    void operationEndsWithItsResult() {
        host.sign(Mechanism.of(CKM.SHA256_RSA_PKCS), host.privateKey(rsa), DATA);
        assertReturns(CKR.OPERATION_NOT_INITIALIZED,
                () -> signatures.sign(host.session, DATA, Output.withRoom(256)));
    }

    @Test
    void operationEndsWithAnError() {
        host.cards.refuseUses(ErrorCode.CARD_FAILED);
        assertReturns(CKR.DEVICE_ERROR,
                () -> host.sign(Mechanism.of(CKM.SHA256_RSA_PKCS), host.privateKey(rsa), DATA));
        assertReturns(CKR.OPERATION_NOT_INITIALIZED,
                () -> signatures.sign(host.session, DATA, Output.withRoom(256)));
    }

    @Test
    void secondOperationIsRefusedUntilTheFirstIsCancelled() {
        long key = host.privateKey(rsa);
        Optional<Mechanism> mechanism = Optional.of(Mechanism.of(CKM.SHA256_RSA_PKCS));
        signatures.signInit(host.session, mechanism, key);
        assertReturns(CKR.OPERATION_ACTIVE, () -> signatures.signInit(host.session, mechanism, key));
        signatures.signInit(host.session, Optional.empty(), 0);
        signatures.signInit(host.session, mechanism, key);
        host.application.sessions().cancel(host.session, CKF.SIGN);
        assertReturns(CKR.OPERATION_NOT_INITIALIZED, () -> signatures.signUpdate(host.session, DATA));
    }

    @Test
    void wholeAfterPartsIsRefused() {
        signatures.signInit(host.session, Optional.of(Mechanism.of(CKM.SHA256_RSA_PKCS)), host.privateKey(rsa));
        signatures.signUpdate(host.session, DATA);
        assertReturns(CKR.OPERATION_ACTIVE, () -> signatures.sign(host.session, DATA, Output.withRoom(256)));
    }

    @Test
    void misuseIsRefusedByItsOwnCode() {
        long rsaKey = host.privateKey(rsa);
        assertReturns(CKR.MECHANISM_INVALID, () -> host.sign(Mechanism.of(0x7777), rsaKey, DATA));
        assertReturns(CKR.MECHANISM_INVALID, () -> host.sign(Mechanism.of(CKM.SHA256), rsaKey, DATA));
        assertReturns(CKR.KEY_HANDLE_INVALID, () -> host.sign(Mechanism.of(CKM.RSA_PKCS), 9999, DATA));
        assertReturns(CKR.KEY_HANDLE_INVALID,
                () -> host.sign(Mechanism.of(CKM.RSA_PKCS), host.certificate(rsa), DATA));
        assertReturns(CKR.KEY_TYPE_INCONSISTENT, () -> host.sign(Mechanism.of(CKM.ECDSA), rsaKey, DATA));
        assertReturns(CKR.KEY_FUNCTION_NOT_PERMITTED,
                () -> host.sign(Mechanism.of(CKM.RSA_PKCS), host.publicKey(rsa), DATA));
        assertReturns(CKR.DATA_LEN_RANGE, () -> host.sign(Mechanism.of(CKM.RSA_PKCS), rsaKey, new byte[246]));
        assertReturns(CKR.MECHANISM_PARAM_INVALID,
                () -> host.sign(Mechanism.of(CKM.SHA256_RSA_PKCS_PSS), rsaKey, DATA));
        assertReturns(CKR.MECHANISM_PARAM_INVALID, () -> host.sign(Mechanism.of(CKM.SHA256_RSA_PKCS_PSS,
                new MechanismParameter.Pss(CKM.SHA_1, 1, 20)), rsaKey, DATA));
        assertReturns(CKR.MECHANISM_PARAM_INVALID, () -> host.sign(Mechanism.of(CKM.SHA256_RSA_PKCS_PSS,
                new MechanismParameter.Pss(CKM.SHA256, 2, 223)), rsaKey, DATA));
    }

    @Test
    void keyThatMayNotSignIsRefused() {
        SoftwareKey decryptOnly = SoftwareKey.rsa().without(Usage.SIGN);
        try (Host other = Host.with(decryptOnly).login()) {
            assertReturns(CKR.KEY_FUNCTION_NOT_PERMITTED,
                    () -> other.sign(Mechanism.of(CKM.RSA_PKCS), other.privateKey(decryptOnly), DATA));
        }
    }

    @Test
    void allowedMechanismsHoldAndBringTheirHashForms() {
        SoftwareKey limited = SoftwareKey.rsa().allowing(java.util.Set.of(CKM.RSA_PKCS));
        try (Host other = Host.with(limited).login()) {
            long key = other.privateKey(limited);
            assertThat(other.sign(Mechanism.of(CKM.SHA256_RSA_PKCS), key, DATA)).hasSize(256);
            assertReturns(CKR.MECHANISM_INVALID, () -> other.sign(Mechanism.of(CKM.RSA_X_509), key, DATA));
        }
    }

    @Test
    void signatureIsNotVerifiedForOtherData() {
        Mechanism mechanism = Mechanism.of(CKM.ECDSA_SHA256);
        byte[] signature = host.sign(mechanism, host.privateKey(p256), DATA);
        long key = host.publicKey(p256);
        assertReturns(CKR.SIGNATURE_INVALID, () -> host.verify(mechanism, key, new byte[3], signature));
        assertReturns(CKR.SIGNATURE_LEN_RANGE, () -> host.verify(mechanism, key, DATA, new byte[63]));
        signature[5] ^= 1;
        assertReturns(CKR.SIGNATURE_INVALID, () -> host.verify(mechanism, key, DATA, signature));
    }
}
