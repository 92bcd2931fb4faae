package org.remotepkcs11.pkcs11.application;

import java.util.Optional;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.remotepkcs11.pkcs11.crypto.RawPrivateKey;
import org.remotepkcs11.pkcs11.crypto.RsaCiphers;
import org.remotepkcs11.pkcs11.crypto.SecretCiphers;
import org.remotepkcs11.pkcs11.crypto.Transformation;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.MechanismInfo;
import org.remotepkcs11.pkcs11.cryptoki.Output;
import org.remotepkcs11.pkcs11.object.CryptokiObject;
import org.remotepkcs11.wire.Operation;

/**
 * Encryption, decryption and the dual functions, PKCS #11 v3.2 sections 5.8, 5.10 and 5.17. Only decryption with a
 * card's RSA key goes to the card.
 */
public final class CipherFunctions {
    private final Application application;

    CipherFunctions(Application application) {
        this.application = application;
    }

    /** {@code C_EncryptInit}. @param mechanism empty: the running encryption is cancelled */
    public void encryptInit(long session, Optional<Mechanism> mechanism, long key) {
        Session here = application.session(session);
        init(here.encryption(), mechanism, asked -> {
            CryptokiObject found = new KeyAccess(here).key(key);
            KeyAccess.requireUse(found, CKA.ENCRYPT, asked.type());
            return new CipherOperation(encryption(asked, found), Optional.empty());
        }, CKF.ENCRYPT);
    }

    /** {@code C_DecryptInit}. @param mechanism empty: the running decryption is cancelled */
    public void decryptInit(long session, Optional<Mechanism> mechanism, long key) {
        Session here = application.session(session);
        init(here.decryption(), mechanism, asked -> {
            KeyAccess access = new KeyAccess(here);
            CryptokiObject found = access.key(key);
            KeyAccess.requireUse(found, CKA.DECRYPT, asked.type());
            Optional<ContextLogin> contextLogin = KeyAccess.contextLogin(found);
            return new CipherOperation(decryption(asked, found, access, contextLogin), contextLogin);
        }, CKF.DECRYPT);
    }

    private interface Beginning {
        CipherOperation begin(Mechanism mechanism);
    }

    private static void init(Running<CipherOperation> running, Optional<Mechanism> mechanism, Beginning beginning,
                             long flag) {
        if (mechanism.isEmpty()) {
            running.cancel();
            return;
        }
        running.requireNone();
        requireKnown(mechanism.get().type(), flag);
        running.begin(beginning.begin(mechanism.get()));
    }

    /** @throws CkException {@code CKR_MECHANISM_INVALID} if no key at all can be used so */
    static void requireKnown(long type, long flag) {
        MechanismInfo info = LocalMechanisms.all().get(type);
        if (info == null || !info.can(flag)) {
            throw new CkException(CKR.MECHANISM_INVALID);
        }
    }

    /** By a public or secret key. */
    static Transformation encryption(Mechanism mechanism, CryptokiObject key) {
        if (RsaCiphers.knows(mechanism.type())) {
            KeyAccess.require(key.keyType() == CKK.RSA);
            return RsaCiphers.encryption(mechanism, (RSAKeyParameters) KeyAccess.publicKey(key).key());
        }
        KeyAccess.require(SecretCiphers.fits(mechanism.type(), key.keyType()));
        return SecretCiphers.start(true, mechanism, KeyAccess.secret(key));
    }

    /** By a private or secret key. */
    static Transformation decryption(Mechanism mechanism, CryptokiObject key, KeyAccess access,
                                     Optional<ContextLogin> contextLogin) {
        if (RsaCiphers.knows(mechanism.type())) {
            KeyAccess.require(key.keyType() == CKK.RSA);
            RawPrivateKey raw = access.privateKey(key, contextLogin);
            if (!raw.can(Operation.Kind.DECRYPT, mechanism.type())) {
                throw new CkException(CKR.MECHANISM_INVALID, "the card does not know it");
            }
            return RsaCiphers.decryption(mechanism, raw);
        }
        KeyAccess.require(SecretCiphers.fits(mechanism.type(), key.keyType()));
        return SecretCiphers.start(false, mechanism, KeyAccess.secret(key));
    }

    /** {@code C_Encrypt}. */
    public void encrypt(long session, byte[] data, Output out) {
        application.session(session).encryption().last(out, cipher -> cipher.single(data, out));
    }

    /** {@code C_EncryptUpdate}. */
    public void encryptUpdate(long session, byte[] part, Output out) {
        application.session(session).encryption().step(cipher -> cipher.update(part, out));
    }

    /** {@code C_EncryptFinal}. */
    public void encryptFinal(long session, Output out) {
        application.session(session).encryption().last(out, cipher -> cipher.finish(out));
    }

    /** {@code C_Decrypt}. */
    public void decrypt(long session, byte[] data, Output out) {
        application.session(session).decryption().last(out, cipher -> cipher.single(data, out));
    }

    /** {@code C_DecryptUpdate}. */
    public void decryptUpdate(long session, byte[] part, Output out) {
        application.session(session).decryption().step(cipher -> cipher.update(part, out));
    }

    /** {@code C_DecryptFinal}. */
    public void decryptFinal(long session, Output out) {
        application.session(session).decryption().last(out, cipher -> cipher.finish(out));
    }

    /** {@code C_DigestEncryptUpdate}. */
    public void digestEncryptUpdate(long session, byte[] part, Output out) {
        Session here = application.session(session);
        here.digest().step(digest -> here.encryption().step(cipher -> {
            cipher.update(part, out).ifPresent(encrypted -> digest.update(part));
            return null;
        }));
    }

    /** {@code C_DecryptDigestUpdate}. */
    public void decryptDigestUpdate(long session, byte[] part, Output out) {
        Session here = application.session(session);
        here.digest().step(digest -> here.decryption().step(cipher -> {
            cipher.update(part, out).ifPresent(digest::update);
            return null;
        }));
    }

    /** {@code C_SignEncryptUpdate}. */
    public void signEncryptUpdate(long session, byte[] part, Output out) {
        Session here = application.session(session);
        here.signature().step(signature -> here.encryption().step(cipher -> {
            cipher.update(part, out).ifPresent(encrypted -> signature.update(part));
            return null;
        }));
    }

    /** {@code C_DecryptVerifyUpdate}. */
    public void decryptVerifyUpdate(long session, byte[] part, Output out) {
        Session here = application.session(session);
        here.verification().step(verification -> here.decryption().step(cipher -> {
            cipher.update(part, out).ifPresent(verification::update);
            return null;
        }));
    }
}
