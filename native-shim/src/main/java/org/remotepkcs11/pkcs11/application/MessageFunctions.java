package org.remotepkcs11.pkcs11.application;

import java.util.Optional;
import java.util.function.Consumer;
import org.remotepkcs11.pkcs11.crypto.SecretCiphers;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.MessageParameter;
import org.remotepkcs11.pkcs11.cryptoki.Output;
import org.remotepkcs11.pkcs11.object.CryptokiObject;

/** Message-based operations, PKCS #11 v3.2 sections 5.9, 5.11, 5.14 and 5.16. */
public final class MessageFunctions {
    private final Application application;

    MessageFunctions(Application application) {
        this.application = application;
    }

    /** {@code C_MessageEncryptInit}. @param mechanism empty: the running encryption is cancelled */
    public void encryptInit(long session, Optional<Mechanism> mechanism, long key) {
        Session here = application.session(session);
        init(here.messages().encryption(), mechanism, asked -> cipher(here, asked, key, true));
    }

    /** {@code C_MessageDecryptInit}. @param mechanism empty: the running decryption is cancelled */
    public void decryptInit(long session, Optional<Mechanism> mechanism, long key) {
        Session here = application.session(session);
        init(here.messages().decryption(), mechanism, asked -> cipher(here, asked, key, false));
    }

    private interface Beginning<T> {
        T begin(Mechanism mechanism);
    }

    private static <T> void init(Running<T> running, Optional<Mechanism> mechanism, Beginning<T> beginning) {
        if (mechanism.isEmpty()) {
            running.cancel();
            return;
        }
        running.requireNone();
        running.begin(beginning.begin(mechanism.get()));
    }

    private static MessageCipher cipher(Session session, Mechanism mechanism, long key, boolean encrypting) {
        CipherFunctions.requireKnown(mechanism.type(), encrypting ? CKF.MESSAGE_ENCRYPT : CKF.MESSAGE_DECRYPT);
        CryptokiObject found = new KeyAccess(session).key(key);
        KeyAccess.requireUse(found, encrypting ? CKA.ENCRYPT : CKA.DECRYPT, mechanism.type());
        KeyAccess.require(SecretCiphers.fits(mechanism.type(), found.keyType()));
        return new MessageCipher(mechanism.type(), KeyAccess.secret(found), encrypting);
    }

    /** {@code C_EncryptMessage}. @param message receives nonce and tag */
    public void encrypt(long session, MessageParameter message, byte[] associatedData, MessagePart part) {
        step(application.session(session).messages().encryption(),
                cipher -> cipher.message(message, associatedData, part));
    }

    /** {@code C_EncryptMessageBegin}. */
    public void encryptBegin(long session, MessageParameter message, byte[] associatedData) {
        step(application.session(session).messages().encryption(), cipher -> cipher.begin(message, associatedData));
    }

    /** {@code C_EncryptMessageNext}. @param flags {@code CKF_END_OF_MESSAGE} with the last part */
    public void encryptNext(long session, MessageParameter message, MessagePart part, long flags) {
        step(application.session(session).messages().encryption(), cipher -> cipher.next(message, part, isLast(flags)));
    }

    /** {@code C_DecryptMessage}. */
    public void decrypt(long session, MessageParameter message, byte[] associatedData, MessagePart part) {
        step(application.session(session).messages().decryption(),
                cipher -> cipher.message(message, associatedData, part));
    }

    /** {@code C_DecryptMessageBegin}. */
    public void decryptBegin(long session, MessageParameter message, byte[] associatedData) {
        step(application.session(session).messages().decryption(), cipher -> cipher.begin(message, associatedData));
    }

    /** {@code C_DecryptMessageNext}. @param flags {@code CKF_END_OF_MESSAGE} with the last part */
    public void decryptNext(long session, MessageParameter message, MessagePart part, long flags) {
        step(application.session(session).messages().decryption(), cipher -> cipher.next(message, part, isLast(flags)));
    }

    /** {@code C_MessageSignInit}. @param mechanism empty: the running signature is cancelled */
    public void signInit(long session, Optional<Mechanism> mechanism, long key) {
        Session here = application.session(session);
        init(here.messages().signature(), mechanism,
                asked -> new MessageSigning(() -> SignatureFunctions.signing(here, asked, key)));
    }

    /** {@code C_SignMessage}. @param parameter of the message: these mechanisms take none */
    public void sign(long session, byte[] parameter, byte[] data, Output out) {
        requireNone(parameter);
        step(application.session(session).messages().signature(), signing -> signing.message(data, out));
    }

    /** {@code C_SignMessageBegin}. */
    public void signBegin(long session, byte[] parameter) {
        requireNone(parameter);
        step(application.session(session).messages().signature(), MessageSigning::begin);
    }

    /** {@code C_SignMessageNext}. @param out empty: more will come */
    public void signNext(long session, byte[] parameter, byte[] data, Optional<Output> out) {
        requireNone(parameter);
        step(application.session(session).messages().signature(), signing -> signing.next(data, out));
    }

    /** {@code C_MessageVerifyInit}. @param mechanism empty: the running verification is cancelled */
    public void verifyInit(long session, Optional<Mechanism> mechanism, long key) {
        Session here = application.session(session);
        init(here.messages().verification(), mechanism, asked -> {
            SignatureFunctions.verifying(here, asked, key, Optional.empty());
            return new MessageVerifying(() -> SignatureFunctions.verifying(here, asked, key, Optional.empty()));
        });
    }

    /** {@code C_VerifyMessage}. */
    public void verify(long session, byte[] parameter, byte[] data, byte[] signature) {
        requireNone(parameter);
        step(application.session(session).messages().verification(), verifying -> verifying.message(data, signature));
    }

    /** {@code C_VerifyMessageBegin}. */
    public void verifyBegin(long session, byte[] parameter) {
        requireNone(parameter);
        step(application.session(session).messages().verification(), MessageVerifying::begin);
    }

    /** {@code C_VerifyMessageNext}. @param signature empty: more will come */
    public void verifyNext(long session, byte[] parameter, byte[] data, Optional<byte[]> signature) {
        requireNone(parameter);
        step(application.session(session).messages().verification(), verifying -> verifying.next(data, signature));
    }

    /** {@code C_MessageEncryptFinal}. */
    public void encryptFinal(long session) {
        application.session(session).messages().encryption().last(cipher -> null);
    }

    /** {@code C_MessageDecryptFinal}. */
    public void decryptFinal(long session) {
        application.session(session).messages().decryption().last(cipher -> null);
    }

    /** {@code C_MessageSignFinal}. */
    public void signFinal(long session) {
        application.session(session).messages().signature().last(signing -> null);
    }

    /** {@code C_MessageVerifyFinal}. */
    public void verifyFinal(long session) {
        application.session(session).messages().verification().last(verifying -> null);
    }

    /** A message that fails does not end the operation: the next may be right. */
    private static <T> void step(Running<T> running, Consumer<T> body) {
        running.stepThatMayFail(body);
    }

    private static boolean isLast(long flags) {
        return (flags & CKF.END_OF_MESSAGE) != 0;
    }

    private static void requireNone(byte[] parameter) {
        if (parameter.length > 0) {
            throw new CkException(CKR.ARGUMENTS_BAD, "messages of these mechanisms have no parameter");
        }
    }
}
