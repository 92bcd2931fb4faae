package org.remotepkcs11.pkcs11.application;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.pkcs11.application.Returns.assertReturns;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.MessageParameter;
import org.remotepkcs11.pkcs11.cryptoki.MessageParameter.Generator;
import org.remotepkcs11.pkcs11.cryptoki.Output;

/** The message-based operations of PKCS #11 v3.0. */
class MessageTest {
    private static final byte[] KEY = "0123456789abcdef".getBytes(UTF_8);
    private static final byte[] AAD = "header".getBytes(UTF_8);
    private static final byte[] DATA = "a message that is longer than a block of AES".getBytes(UTF_8);

    private final Host host = Host.with(SoftwareKey.rsa());
    private final MessageFunctions messages = host.application.messages();
    private final long key = host.secretKey(CKK.AES, KEY);

    @AfterEach
    void close() {
        host.close();
    }

    private static MessageParameter gcm(Generator generator, int fixedBits) {
        return new MessageParameter(generator, fixedBits, new byte[12], new byte[16], 0);
    }

    private byte[] encrypt(MessageParameter parameter) {
        Output out = Output.withRoom(DATA.length);
        messages.encrypt(host.session, parameter, AAD, new MessagePart(DATA, out));
        return out.value();
    }

    private void initEncryption() {
        messages.encryptInit(host.session, Optional.of(Mechanism.of(CKM.AES_GCM)), key);
    }

    private void initDecryption() {
        messages.decryptInit(host.session, Optional.of(Mechanism.of(CKM.AES_GCM)), key);
    }

    @Test
    void messagesAreThoseOfTheJdk() throws GeneralSecurityException {
        initEncryption();
        MessageParameter parameter = gcm(Generator.NONE, 0);
        byte[] encrypted = encrypt(parameter);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(KEY, "AES"), new GCMParameterSpec(128, new byte[12]));
        cipher.updateAAD(AAD);
        byte[] expected = cipher.doFinal(DATA);
        assertThat(encrypted).isEqualTo(Arrays.copyOf(expected, DATA.length));
        assertThat(parameter.tag()).isEqualTo(Arrays.copyOfRange(expected, DATA.length, expected.length));
        messages.encryptFinal(host.session);
        assertReturns(CKR.OPERATION_NOT_INITIALIZED, () -> encrypt(gcm(Generator.NONE, 0)));
    }

    @ParameterizedTest
    @EnumSource(value = Generator.class, names = {"GENERATE", "COUNTER", "RANDOM", "COUNTER_XOR"})
    void generatedNoncesDifferAndComeBack(Generator generator) {
        initEncryption();
        initDecryption();
        MessageParameter first = gcm(generator, 32);
        MessageParameter second = gcm(generator, 32);
        byte[] encrypted = encrypt(first);
        encrypt(second);
        assertThat(first.nonce()).isNotEqualTo(second.nonce()).startsWith(0, 0, 0, 0);
        Output out = Output.withRoom(DATA.length);
        messages.decrypt(host.session, new MessageParameter(Generator.NONE, 0, first.nonce(), first.tag(), 0), AAD,
                new MessagePart(encrypted, out));
        assertThat(out.value()).isEqualTo(DATA);
    }

    @Test
    void messageWithAWrongTagDoesNotEndTheOperation() {
        initEncryption();
        initDecryption();
        MessageParameter parameter = gcm(Generator.NONE, 0);
        byte[] encrypted = encrypt(parameter);
        MessageParameter wrong = gcm(Generator.NONE, 0);
        assertReturns(CKR.AEAD_DECRYPT_FAILED, () -> messages.decrypt(host.session, wrong, AAD,
                new MessagePart(encrypted, Output.withRoom(100))));
        Output out = Output.withRoom(100);
        messages.decrypt(host.session, parameter, AAD, new MessagePart(encrypted, out));
        assertThat(out.value()).isEqualTo(DATA);
    }

    @Test
    void partsOfAMessageAreTheMessage() {
        initEncryption();
        MessageParameter whole = gcm(Generator.NONE, 0);
        byte[] expected = encrypt(whole);
        MessageParameter parameter = gcm(Generator.NONE, 0);
        messages.encryptBegin(host.session, parameter, AAD);
        Output first = Output.withRoom(100);
        messages.encryptNext(host.session, parameter, new MessagePart(Arrays.copyOf(DATA, 20), first), 0);
        Output last = Output.withRoom(100);
        messages.encryptNext(host.session, parameter,
                new MessagePart(Arrays.copyOfRange(DATA, 20, DATA.length), last), CKF.END_OF_MESSAGE);
        byte[] parts = Arrays.copyOf(first.value(), DATA.length);
        System.arraycopy(last.value(), 0, parts, first.value().length, last.value().length);
        assertThat(parts).isEqualTo(expected);
        assertThat(parameter.tag()).isEqualTo(whole.tag());
    }

    @Test
    void decryptedPartsComeTogetherOnceTheTagIsVerified() {
        initEncryption();
        MessageParameter parameter = gcm(Generator.NONE, 0);
        byte[] encrypted = encrypt(parameter);
        initDecryption();
        messages.decryptBegin(host.session, parameter, AAD);
        messages.decryptNext(host.session, parameter, new MessagePart(encrypted, Output.withRoom(100)), 0);
        Output small = Output.withRoom(3);
        assertReturns(CKR.BUFFER_TOO_SMALL, () -> messages.decryptNext(host.session, parameter,
                new MessagePart(new byte[0], small), CKF.END_OF_MESSAGE));
        assertThat(small.length()).isEqualTo(DATA.length);
        Output out = Output.withRoom(small.length());
        messages.decryptNext(host.session, parameter, new MessagePart(new byte[0], out), CKF.END_OF_MESSAGE);
        assertThat(out.value()).isEqualTo(DATA);
    }

    @Test
    void messagesAreSignedAndVerifiedOneAfterTheOther() {
        SoftwareKey rsa = SoftwareKey.rsa();
        host.login();
        Optional<Mechanism> mechanism = Optional.of(Mechanism.of(CKM.SHA256_RSA_PKCS));
        messages.signInit(host.session, mechanism, host.privateKey(rsa));
        messages.verifyInit(host.session, mechanism, host.publicKey(rsa));
        for (byte[] data : new byte[][] {DATA, AAD}) {
            Output signature = Output.withRoom(256);
            messages.sign(host.session, new byte[0], data, signature);
            messages.verify(host.session, new byte[0], data, signature.value());
            assertReturns(CKR.SIGNATURE_INVALID,
                    () -> messages.verify(host.session, new byte[0], KEY, signature.value()));
        }
        messages.signBegin(host.session, new byte[0]);
        messages.signNext(host.session, new byte[0], AAD, Optional.empty());
        Output signature = Output.withRoom(256);
        messages.signNext(host.session, new byte[0], DATA, Optional.of(signature));
        messages.verifyBegin(host.session, new byte[0]);
        messages.verifyNext(host.session, new byte[0], AAD, Optional.empty());
        messages.verifyNext(host.session, new byte[0], DATA, Optional.of(signature.value()));
        messages.signFinal(host.session);
        messages.verifyFinal(host.session);
    }

    @Test
    void misuseOfMessagesIsRefused() {
        assertReturns(CKR.MECHANISM_INVALID,
                () -> messages.encryptInit(host.session, Optional.of(Mechanism.of(CKM.AES_CBC)), key));
        initEncryption();
        assertReturns(CKR.OPERATION_ACTIVE, this::initEncryption);
        assertReturns(CKR.OPERATION_NOT_INITIALIZED, () -> messages.encryptNext(host.session, gcm(Generator.NONE, 0),
                new MessagePart(DATA, Output.withRoom(100)), 0));
        assertReturns(CKR.MECHANISM_PARAM_INVALID, () -> encrypt(gcm(Generator.RANDOM, 80)));
        messages.encryptInit(host.session, Optional.empty(), 0);
        assertReturns(CKR.OPERATION_NOT_INITIALIZED, () -> messages.encryptFinal(host.session));
    }
}
