package org.remotepkcs11.pkcs11.application;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.pkcs11.application.Returns.assertReturns;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.MechanismParameter;
import org.remotepkcs11.pkcs11.cryptoki.Output;

/** Ciphers with secret keys, judged by the JDK. */
class SecretCipherTest {
    private static final byte[] KEY = "0123456789abcdef01234567".getBytes(UTF_8);
    private static final byte[] IV = "an iv of 16bytes".getBytes(UTF_8);
    private static final byte[] DATA = "forty-eight bytes of data are three AES blocks!!".getBytes(UTF_8);

    private final Host host = Host.with(SoftwareKey.rsa());
    private final CipherFunctions ciphers = host.application.ciphers();
    private final long aes = host.secretKey(CKK.AES, KEY);
    private final long des = host.secretKey(CKK.DES3, KEY);

    @AfterEach
    void close() {
        host.close();
    }

    private static byte[] jdk(String name, byte[] data, AlgorithmParameterSpec parameters)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(name);
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(KEY, name.substring(0, name.indexOf('/'))), parameters);
        return cipher.doFinal(data);
    }

    @Test
    void lengthQuestionForDataThatDoesNotFitIsRefusedAtOnce() {
        Mechanism counter = Mechanism.of(CKM.AES_CTR, new MechanismParameter.Ctr(2, IV));
        for (Mechanism mechanism : new Mechanism[] {Mechanism.of(CKM.AES_ECB), Mechanism.withIv(CKM.AES_CBC, IV), counter}) {
            ciphers.encryptInit(host.session, Optional.of(mechanism), aes);
            assertReturns(CKR.DATA_LEN_RANGE, () -> ciphers.encrypt(host.session, new byte[65], Output.forLength()));
            assertReturns(CKR.OPERATION_NOT_INITIALIZED,
                    () -> ciphers.encrypt(host.session, new byte[16], Output.forLength()));
        }
    }

    @ParameterizedTest
    @CsvSource({"0x1082, AES/CBC/NoPadding", "0x1085, AES/CBC/PKCS5Padding", "0x2104, AES/OFB/NoPadding",
        "0x2107, AES/CFB/NoPadding", "0x2106, AES/CFB8/NoPadding"})
    void aesModesAreThoseOfTheJdk(String type, String name) throws GeneralSecurityException {
        Mechanism mechanism = Mechanism.withIv(Long.decode(type), IV);
        byte[] encrypted = host.encrypt(mechanism, aes, DATA);
        assertThat(encrypted).isEqualTo(jdk(name, DATA, new IvParameterSpec(IV)));
        assertThat(host.decrypt(mechanism, aes, encrypted)).isEqualTo(DATA);
    }

    @ParameterizedTest
    @CsvSource({"0x133, DESede/CBC/NoPadding", "0x136, DESede/CBC/PKCS5Padding"})
    void tripleDesModesAreThoseOfTheJdk(String type, String name) throws GeneralSecurityException {
        byte[] iv = Arrays.copyOf(IV, 8);
        Mechanism mechanism = Mechanism.withIv(Long.decode(type), iv);
        byte[] encrypted = host.encrypt(mechanism, des, DATA);
        assertThat(encrypted).isEqualTo(jdk(name, DATA, new IvParameterSpec(iv)));
        assertThat(host.decrypt(mechanism, des, encrypted)).isEqualTo(DATA);
    }

    @Test
    void electronicCodeBooksAreThoseOfTheJdk() throws GeneralSecurityException {
        assertThat(host.encrypt(Mechanism.of(CKM.AES_ECB), aes, DATA)).isEqualTo(jdk("AES/ECB/NoPadding", DATA, null));
        assertThat(host.encrypt(Mechanism.of(CKM.DES3_ECB), des, DATA))
                .isEqualTo(jdk("DESede/ECB/NoPadding", DATA, null));
    }

    @Test
    void counterModeIsThatOfTheJdkAndNeverRepeats() throws GeneralSecurityException {
        Mechanism mechanism = Mechanism.of(CKM.AES_CTR, new MechanismParameter.Ctr(128, IV));
        assertThat(host.encrypt(mechanism, aes, DATA)).isEqualTo(jdk("AES/CTR/NoPadding", DATA, new IvParameterSpec(IV)));
        byte[] nearTheEnd = IV.clone();
        nearTheEnd[15] = (byte) 0xFE;
        Mechanism small = Mechanism.of(CKM.AES_CTR, new MechanismParameter.Ctr(8, nearTheEnd));
        assertThat(host.encrypt(small, aes, new byte[32])).hasSize(32);
        assertReturns(CKR.DATA_LEN_RANGE, () -> host.encrypt(small, aes, new byte[33]));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16, 47, 48})
    void gcmIsThatOfTheJdk(int length) throws GeneralSecurityException {
        byte[] aad = "header".getBytes(UTF_8);
        byte[] data = Arrays.copyOf(DATA, length);
        Mechanism mechanism = Mechanism.of(CKM.AES_GCM, new MechanismParameter.Gcm(Arrays.copyOf(IV, 12), aad, 128));
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(KEY, "AES"), new GCMParameterSpec(128, IV, 0, 12));
        cipher.updateAAD(aad);
        byte[] encrypted = host.encrypt(mechanism, aes, data);
        assertThat(encrypted).isEqualTo(cipher.doFinal(data));
        assertThat(host.decrypt(mechanism, aes, encrypted)).isEqualTo(data);
        encrypted[encrypted.length - 1] ^= 1;
        assertReturns(CKR.ENCRYPTED_DATA_INVALID, () -> host.decrypt(mechanism, aes, encrypted));
    }

    @Test
    void ccmIsThatOfBouncyCastle() throws GeneralSecurityException {
        byte[] nonce = Arrays.copyOf(IV, 12);
        Mechanism mechanism =
                Mechanism.of(CKM.AES_CCM, new MechanismParameter.Ccm(DATA.length, nonce, new byte[0], 16));
        Cipher cipher = Cipher.getInstance("AES/CCM/NoPadding", SoftwareKey.BOUNCY_CASTLE);
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(KEY, "AES"), new GCMParameterSpec(128, nonce));
        byte[] encrypted = host.encrypt(mechanism, aes, DATA);
        assertThat(encrypted).isEqualTo(cipher.doFinal(DATA));
        assertThat(host.decrypt(mechanism, aes, encrypted)).isEqualTo(DATA);
        assertReturns(CKR.DATA_LEN_RANGE, () -> host.encrypt(mechanism, aes, new byte[3]));
    }

    @Test
    void chaChaIsThatOfTheJdk() throws GeneralSecurityException {
        byte[] key = Arrays.copyOf(KEY, 32);
        byte[] nonce = Arrays.copyOf(IV, 12);
        Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(nonce));
        Mechanism mechanism =
                Mechanism.of(CKM.CHACHA20_POLY1305, new MechanismParameter.ChaCha20Poly1305(nonce, new byte[0]));
        long handle = host.secretKey(CKK.CHACHA20, key);
        assertThat(host.encrypt(mechanism, handle, DATA)).isEqualTo(cipher.doFinal(DATA));
    }

    @ParameterizedTest
    @CsvSource({"0x1081, 0", "0x1082, 16", "0x1085, 16", "0x2107, 16", "0x133, 8", "0x136, 8"})
    void partsGiveTheSameAsTheWhole(String type, int ivLength) {
        long key = Long.decode(type) < 0x1000 ? des : aes;
        Mechanism mechanism = Mechanism.withIv(Long.decode(type), Arrays.copyOf(IV, ivLength));
        byte[] whole = host.encrypt(mechanism, key, DATA);
        ciphers.encryptInit(host.session, Optional.of(mechanism), key);
        assertThat(inParts(DATA, true)).isEqualTo(whole);
        ciphers.decryptInit(host.session, Optional.of(mechanism), key);
        assertThat(inParts(whole, false)).isEqualTo(DATA);
    }

    /** Each length is asked for first, and must be right. */
    private byte[] inParts(byte[] data, boolean encrypt) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int from = 0; from < data.length; from += 7) {
            byte[] part = Arrays.copyOfRange(data, from, Math.min(data.length, from + 7));
            Output length = Output.forLength();
            update(encrypt, part, length);
            Output out = Output.withRoom(length.length());
            update(encrypt, part, out);
            all.writeBytes(out.value());
        }
        Output last = Output.withRoom(16);
        if (encrypt) {
            ciphers.encryptFinal(host.session, last);
        } else {
            ciphers.decryptFinal(host.session, last);
        }
        all.writeBytes(last.value());
        return all.toByteArray();
    }

    private void update(boolean encrypt, byte[] part, Output out) {
        if (encrypt) {
            ciphers.encryptUpdate(host.session, part, out);
        } else {
            ciphers.decryptUpdate(host.session, part, out);
        }
    }

    @Test
    void smallBufferDoesNotLoseTheOperation() {
        Mechanism padded = Mechanism.withIv(CKM.AES_CBC_PAD, IV);
        byte[] encrypted = host.encrypt(padded, aes, Arrays.copyOf(DATA, 20));
        ciphers.decryptInit(host.session, Optional.of(padded), aes);
        Output small = Output.withRoom(19);
        assertReturns(CKR.BUFFER_TOO_SMALL, () -> ciphers.decrypt(host.session, encrypted, small));
        assertThat(small.length()).isEqualTo(20);
        Output exact = Output.withRoom(20);
        ciphers.decrypt(host.session, encrypted, exact);
        assertThat(exact.value()).isEqualTo(Arrays.copyOf(DATA, 20));
    }

    @Test
    void noPlaintextIsGivenBeforeItsTag() {
        Mechanism gcm = Mechanism.of(CKM.AES_GCM, new MechanismParameter.Gcm(Arrays.copyOf(IV, 12), new byte[0], 128));
        byte[] encrypted = host.encrypt(gcm, aes, DATA);
        ciphers.decryptInit(host.session, Optional.of(gcm), aes);
        Output part = Output.withRoom(100);
        ciphers.decryptUpdate(host.session, encrypted, part);
        assertThat(part.value()).isEmpty();
        Output rest = Output.withRoom(100);
        ciphers.decryptFinal(host.session, rest);
        assertThat(rest.value()).isEqualTo(DATA);
    }

    @Test
    void misuseOfCiphersIsRefused() {
        assertReturns(CKR.DATA_LEN_RANGE, () -> host.encrypt(Mechanism.of(CKM.AES_ECB), aes, new byte[15]));
        assertReturns(CKR.ENCRYPTED_DATA_LEN_RANGE, () -> host.decrypt(Mechanism.of(CKM.AES_ECB), aes, new byte[15]));
        assertReturns(CKR.ENCRYPTED_DATA_INVALID,
                () -> host.decrypt(Mechanism.withIv(CKM.AES_CBC_PAD, IV), aes, new byte[16]));
        assertReturns(CKR.MECHANISM_PARAM_INVALID,
                () -> host.encrypt(Mechanism.withIv(CKM.AES_CBC, new byte[15]), aes, DATA));
        assertReturns(CKR.MECHANISM_PARAM_INVALID, () -> host.encrypt(Mechanism.of(CKM.AES_CBC), aes, DATA));
        assertReturns(CKR.MECHANISM_PARAM_INVALID, () -> host.encrypt(
                Mechanism.of(CKM.AES_GCM, new MechanismParameter.Gcm(IV, new byte[0], 17)), aes, DATA));
        assertReturns(CKR.KEY_TYPE_INCONSISTENT, () -> host.encrypt(Mechanism.of(CKM.AES_ECB), des, DATA));
        assertReturns(CKR.MECHANISM_INVALID, () -> host.encrypt(Mechanism.of(CKM.SHA256), aes, DATA));
        assertReturns(CKR.OPERATION_NOT_INITIALIZED,
                () -> ciphers.encrypt(host.session, DATA, Output.withRoom(100)));
    }

    @Test
    void digestingAndEncryptingAtOnceGivesBoth() {
        DigestFunctions digests = host.application.digests();
        Mechanism cbc = Mechanism.withIv(CKM.AES_CBC, IV);
        digests.init(host.session, Optional.of(Mechanism.of(CKM.SHA256)));
        ciphers.encryptInit(host.session, Optional.of(cbc), aes);
        assertReturns(CKR.BUFFER_TOO_SMALL,
                () -> ciphers.digestEncryptUpdate(host.session, DATA, Output.withRoom(47)));
        Output out = Output.withRoom(48);
        ciphers.digestEncryptUpdate(host.session, DATA, out);
        Output digest = Output.withRoom(32);
        digests.finish(host.session, digest);
        digests.init(host.session, Optional.of(Mechanism.of(CKM.SHA256)));
        ciphers.decryptInit(host.session, Optional.of(cbc), aes);
        Output plain = Output.withRoom(48);
        ciphers.decryptDigestUpdate(host.session, out.value(), plain);
        Output again = Output.withRoom(32);
        digests.finish(host.session, again);
        assertThat(plain.value()).isEqualTo(DATA);
        assertThat(again.value()).isEqualTo(digest.value());
    }

    @Test
    void signingAndEncryptingAtOnceGivesBoth() {
        SignatureFunctions signatures = host.application.signatures();
        long mac = host.secretKey(CKK.GENERIC_SECRET, KEY);
        Mechanism ecb = Mechanism.of(CKM.AES_ECB);
        signatures.signInit(host.session, Optional.of(Mechanism.of(CKM.SHA256_HMAC)), mac);
        ciphers.encryptInit(host.session, Optional.of(ecb), aes);
        Output encrypted = Output.withRoom(48);
        ciphers.signEncryptUpdate(host.session, DATA, encrypted);
        Output signature = Output.withRoom(32);
        signatures.signFinal(host.session, signature);
        signatures.verifyInit(host.session, Optional.of(Mechanism.of(CKM.SHA256_HMAC)), mac);
        ciphers.decryptInit(host.session, Optional.of(ecb), aes);
        ciphers.decryptVerifyUpdate(host.session, encrypted.value(), Output.withRoom(48));
        signatures.verifyFinal(host.session, signature.value());
    }
}
