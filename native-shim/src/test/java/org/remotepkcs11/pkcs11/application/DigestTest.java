package org.remotepkcs11.pkcs11.application;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.pkcs11.application.Returns.assertReturns;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
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

/** Hashes and MACs, judged by the JDK and Bouncy Castle. */
class DigestTest {
    private static final byte[] DATA = "what is digested, more than one block of it, to be sure of that".getBytes(UTF_8);

    private final Host host = Host.with(SoftwareKey.rsa());
    private final DigestFunctions digests = host.application.digests();

    @AfterEach
    void close() {
        host.close();
    }

    private void init(long type) {
        digests.init(host.session, Optional.of(Mechanism.of(type)));
    }

    private byte[] finish() {
        Output out = Output.withRoom(64);
        digests.finish(host.session, out);
        return out.value();
    }

    @ParameterizedTest
    @CsvSource({"0x210, MD5", "0x220, SHA-1", "0x240, RIPEMD160", "0x255, SHA-224", "0x250, SHA-256", "0x260, SHA-384",
        "0x270, SHA-512", "0x48, SHA-512/224", "0x4C, SHA-512/256", "0x2B5, SHA3-224", "0x2B0, SHA3-256",
        "0x2C0, SHA3-384", "0x2D0, SHA3-512"})
    void digestsAreThoseOfOthers(String type, String name) throws GeneralSecurityException {
        byte[] expected = MessageDigest.getInstance(name, SoftwareKey.BOUNCY_CASTLE).digest(DATA);
        Output whole = Output.withRoom(64);
        init(Long.decode(type));
        digests.digest(host.session, DATA, whole);
        assertThat(whole.value()).isEqualTo(expected);
        init(Long.decode(type));
        digests.update(host.session, Arrays.copyOf(DATA, 20));
        digests.update(host.session, Arrays.copyOfRange(DATA, 20, DATA.length));
        assertThat(finish()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0x211, HmacMD5", "0x221, HmacSHA1", "0x241, HmacRIPEMD160", "0x256, HmacSHA224", "0x251, HmacSHA256",
        "0x261, HmacSHA384", "0x271, HmacSHA512", "0x49, HmacSHA512/224", "0x4D, HmacSHA512/256",
        "0x2B6, HmacSHA3-224", "0x2B1, HmacSHA3-256", "0x2C1, HmacSHA3-384", "0x2D1, HmacSHA3-512"})
    void hmacsAreThoseOfOthers(String type, String name) throws GeneralSecurityException {
        byte[] key = "a key of some length, longer than a block if need be".repeat(4).getBytes(UTF_8);
        Mac mac = Mac.getInstance(name, SoftwareKey.BOUNCY_CASTLE);
        mac.init(new SecretKeySpec(key, name));
        byte[] expected = mac.doFinal(DATA);
        long handle = host.secretKey(CKK.GENERIC_SECRET, key);
        assertThat(host.sign(Mechanism.of(Long.decode(type)), handle, DATA)).isEqualTo(expected);
        Mechanism general = Mechanism.of(Long.decode(type) + 1, new MechanismParameter.Ulong(10));
        byte[] cut = host.sign(general, handle, DATA);
        assertThat(cut).isEqualTo(Arrays.copyOf(expected, 10));
        host.verify(general, handle, DATA, cut);
        cut[0] ^= 1;
        assertReturns(CKR.SIGNATURE_INVALID, () -> host.verify(general, handle, DATA, cut));
    }

    @ParameterizedTest
    @CsvSource({"0x108A, AESCMAC, AES, 0x1F, 32", "0x138, DESEDECMAC, DESede, 0x15, 24"})
    void cmacsAreThoseOfOthers(String type, String name, String algorithm, String keyType, int length)
            throws GeneralSecurityException {
        byte[] key = Arrays.copyOf("0123456789ABCDEFabcdefghijklmnop".getBytes(UTF_8), length);
        Mac mac = Mac.getInstance(name, SoftwareKey.BOUNCY_CASTLE);
        mac.init(new SecretKeySpec(key, algorithm));
        long handle = host.secretKey(Long.decode(keyType), key);
        assertThat(host.sign(Mechanism.of(Long.decode(type)), handle, DATA)).isEqualTo(mac.doFinal(DATA));
    }

    @Test
    void macOfAKeyOfAnotherTypeIsRefused() {
        long aes = host.secretKey(CKK.AES, new byte[16]);
        assertReturns(CKR.KEY_TYPE_INCONSISTENT, () -> host.sign(Mechanism.of(CKM.SHA256_HMAC), aes, DATA));
        assertReturns(CKR.MECHANISM_PARAM_INVALID, () -> host.sign(
                Mechanism.of(CKM.AES_CMAC_GENERAL, new MechanismParameter.Ulong(17)), aes, DATA));
    }

    @Test
    void stateIsSavedAndGoneOnWithElsewhere() throws GeneralSecurityException {
        init(CKM.SHA256);
        digests.update(host.session, DATA);
        Output length = Output.forLength();
        host.application.sessions().operationState(host.session, length);
        Output state = Output.withRoom(length.length());
        host.application.sessions().operationState(host.session, state);
        long other = host.open(0);
        host.application.sessions().restoreOperation(other, state.value(), 0, 0);
        digests.update(other, DATA);
        Output out = Output.withRoom(32);
        digests.finish(other, out);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(DATA);
        assertThat(out.value()).isNotEqualTo(hash);
        assertThat(finish()).isEqualTo(hash);
    }

    @Test
    void onlyDigestsAreSaved() {
        SessionFunctions sessions = host.application.sessions();
        assertReturns(CKR.OPERATION_NOT_INITIALIZED, () -> sessions.operationState(host.session, Output.forLength()));
        long key = host.secretKey(CKK.GENERIC_SECRET, new byte[16]);
        host.application.signatures().signInit(host.session, Optional.of(Mechanism.of(CKM.SHA256_HMAC)), key);
        assertReturns(CKR.STATE_UNSAVEABLE, () -> sessions.operationState(host.session, Output.forLength()));
        assertReturns(CKR.SAVED_STATE_INVALID, () -> sessions.restoreOperation(host.session, new byte[20], 0, 0));
        init(CKM.SHA_1);
        host.application.signatures().signInit(host.session, Optional.empty(), 0);
        Output state = Output.withRoom(100);
        sessions.operationState(host.session, state);
        assertReturns(CKR.KEY_NOT_NEEDED, () -> sessions.restoreOperation(host.session, state.value(), key, 0));
    }

    @Test
    void secretKeysAreDigestedAlsoIfTheyAreSensitive() throws GeneralSecurityException {
        byte[] value = "0123456789abcdef".getBytes(UTF_8);
        long key = host.application.objects().create(host.session, Template.of(
                Attribute.ofUlong(CKA.CLASS, CKO.SECRET_KEY), Attribute.ofUlong(CKA.KEY_TYPE, CKK.AES),
                new Attribute(CKA.VALUE, value), Attribute.ofBool(CKA.SENSITIVE, true)));
        init(CKM.SHA256);
        digests.key(host.session, key);
        assertThat(finish()).isEqualTo(MessageDigest.getInstance("SHA-256").digest(value));
        init(CKM.SHA256);
        assertReturns(CKR.KEY_INDIGESTIBLE, () -> digests.key(host.session, host.publicKey(SoftwareKey.rsa())));
    }

    @Test
    void misuseOfDigestsIsRefused() {
        assertReturns(CKR.MECHANISM_INVALID, () -> init(CKM.RSA_PKCS));
        assertReturns(CKR.OPERATION_NOT_INITIALIZED, () -> digests.update(host.session, DATA));
        init(CKM.SHA256);
        assertReturns(CKR.OPERATION_ACTIVE, () -> init(CKM.SHA256));
        assertReturns(CKR.BUFFER_TOO_SMALL, () -> digests.digest(host.session, DATA, Output.withRoom(31)));
        digests.update(host.session, DATA);
        assertReturns(CKR.OPERATION_ACTIVE, () -> digests.digest(host.session, DATA, Output.withRoom(32)));
        assertReturns(CKR.OPERATION_NOT_INITIALIZED, this::finish);
    }

    @Test
    void randomNumbersComeFromHere() {
        digests.seed(host.session, new byte[8]);
        assertThat(digests.random(host.session, 32)).hasSize(32).isNotEqualTo(digests.random(host.session, 32));
        assertThat(digests.random(host.session, 0)).isEmpty();
        assertThat(host.cards.uses).hasValue(0);
    }
}
