package org.remotepkcs11.pkcs11.application;

import java.util.Optional;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.remotepkcs11.pkcs11.crypto.KeySigner;
import org.remotepkcs11.pkcs11.crypto.KeyVerifier;
import org.remotepkcs11.pkcs11.crypto.Macs;
import org.remotepkcs11.pkcs11.crypto.RawPrivateKey;
import org.remotepkcs11.pkcs11.crypto.Signer;
import org.remotepkcs11.pkcs11.crypto.SigningMechanism;
import org.remotepkcs11.pkcs11.crypto.Verifier;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.Output;
import org.remotepkcs11.pkcs11.object.CryptokiObject;
import org.remotepkcs11.wire.Operation;

/**
 * Signatures and MACs, PKCS #11 v3.2 sections 5.13 to 5.16. What goes to a card is one digest, or what a key takes
 * whole; verification is done here.
 */
public final class SignatureFunctions {
    private final Application application;

    SignatureFunctions(Application application) {
        this.application = application;
    }

    /** {@code C_SignInit}. @param mechanism empty: the running signature is cancelled */
    public void signInit(long session, Optional<Mechanism> mechanism, long key) {
        Session here = application.session(session);
        if (mechanism.isEmpty()) {
            here.signature().cancel();
            return;
        }
        here.signature().requireNone();
        here.signature().begin(signing(here, mechanism.get(), key));
    }

    static SignOperation signing(Session session, Mechanism mechanism, long key) {
        CipherFunctions.requireKnown(mechanism.type(), CKF.SIGN);
        KeyAccess access = new KeyAccess(session);
        CryptokiObject found = access.key(key);
        KeyAccess.requireUse(found, CKA.SIGN, mechanism.type());
        Optional<ContextLogin> contextLogin = KeyAccess.contextLogin(found);
        return new SignOperation(signer(mechanism, found, access, contextLogin), contextLogin);
    }

    private static Signer signer(Mechanism mechanism, CryptokiObject key, KeyAccess access,
                                 Optional<ContextLogin> contextLogin) {
        Optional<SigningMechanism> signing = SigningMechanism.of(mechanism.type());
        if (signing.isEmpty()) {
            KeyAccess.require(Macs.fits(mechanism.type(), key.keyType()));
            return Macs.signer(mechanism, KeyAccess.secret(key));
        }
        KeyAccess.require(signing.get().fits(key.keyType()));
        RawPrivateKey raw = access.privateKey(key, contextLogin);
        if (!raw.can(Operation.Kind.SIGN, signing.get().raw())) {
            throw new CkException(CKR.MECHANISM_INVALID, "the card does not know it");
        }
        return new KeySigner(raw, signing.get(), mechanism);
    }

    /** {@code C_Sign}. */
    public void sign(long session, byte[] data, Output out) {
        application.session(session).signature().last(out, signature -> signature.single(data, out));
    }

    /** {@code C_SignUpdate}. */
    public void signUpdate(long session, byte[] part) {
        application.session(session).signature().step(signature -> {
            signature.update(part);
            return null;
        });
    }

    /** {@code C_SignFinal}. */
    public void signFinal(long session, Output out) {
        application.session(session).signature().last(out, signature -> signature.finish(out));
    }

    /** {@code C_SignRecoverInit}. @param mechanism empty: the running signature is cancelled */
    public void signRecoverInit(long session, Optional<Mechanism> mechanism, long key) {
        Session here = application.session(session);
        if (mechanism.isEmpty()) {
            here.recoverableSignature().cancel();
            return;
        }
        here.recoverableSignature().requireNone();
        CipherFunctions.requireKnown(mechanism.get().type(), CKF.SIGN_RECOVER);
        KeyAccess access = new KeyAccess(here);
        CryptokiObject found = access.key(key);
        KeyAccess.requireUse(found, CKA.SIGN_RECOVER, mechanism.get().type());
        Optional<ContextLogin> contextLogin = KeyAccess.contextLogin(found);
        here.recoverableSignature().begin(
                new SignOperation(signer(mechanism.get(), found, access, contextLogin), contextLogin));
    }

    /** {@code C_SignRecover}. */
    public void signRecover(long session, byte[] data, Output out) {
        application.session(session).recoverableSignature().last(out, signature -> signature.single(data, out));
    }

    /** {@code C_VerifyInit}. @param mechanism empty: the running verification is cancelled */
    public void verifyInit(long session, Optional<Mechanism> mechanism, long key) {
        verifyInit(application.session(session), mechanism, key, Optional.empty());
    }

    /** {@code C_VerifySignatureInit}. @param mechanism empty: the running verification is cancelled */
    public void verifySignatureInit(long session, Optional<Mechanism> mechanism, long key, byte[] signature) {
        verifyInit(application.session(session), mechanism, key, Optional.of(signature));
    }

    private static void verifyInit(Session session, Optional<Mechanism> mechanism, long key,
                                   Optional<byte[]> announced) {
        if (mechanism.isEmpty()) {
            session.verification().cancel();
            return;
        }
        session.verification().requireNone();
        session.verification().begin(verifying(session, mechanism.get(), key, announced));
    }

    static VerifyOperation verifying(Session session, Mechanism mechanism, long key, Optional<byte[]> announced) {
        CipherFunctions.requireKnown(mechanism.type(), CKF.VERIFY);
        CryptokiObject found = new KeyAccess(session).key(key);
        KeyAccess.requireUse(found, CKA.VERIFY, mechanism.type());
        return new VerifyOperation(verifier(mechanism, found), announced);
    }

    private static Verifier verifier(Mechanism mechanism, CryptokiObject key) {
        Optional<SigningMechanism> signing = SigningMechanism.of(mechanism.type());
        if (signing.isEmpty()) {
            KeyAccess.require(Macs.fits(mechanism.type(), key.keyType()));
            return Macs.verifier(mechanism, KeyAccess.secret(key));
        }
        KeyAccess.require(signing.get().fits(key.keyType()));
        return new KeyVerifier(KeyAccess.publicKey(key).key(), signing.get(), mechanism);
    }

    /** {@code C_Verify}. */
    public void verify(long session, byte[] data, byte[] signature) {
        application.session(session).verification().last(verification -> {
            verification.requireUnannounced();
            verification.single(data, signature);
            return null;
        });
    }

    /** {@code C_VerifyUpdate}, {@code C_VerifySignatureUpdate}. */
    public void verifyUpdate(long session, byte[] part) {
        application.session(session).verification().step(verification -> {
            verification.update(part);
            return null;
        });
    }

    /** {@code C_VerifyFinal}. */
    public void verifyFinal(long session, byte[] signature) {
        application.session(session).verification().last(verification -> {
            verification.requireUnannounced();
            verification.finish(signature);
            return null;
        });
    }

    /** {@code C_VerifySignature}. */
    public void verifySignature(long session, byte[] data) {
        application.session(session).verification().last(verification -> {
            verification.single(data, verification.announced());
            return null;
        });
    }

    /** {@code C_VerifySignatureFinal}. */
    public void verifySignatureFinal(long session) {
        application.session(session).verification().last(verification -> {
            verification.finish(verification.announced());
            return null;
        });
    }

    /** {@code C_VerifyRecoverInit}. @param mechanism empty: the running verification is cancelled */
    public void verifyRecoverInit(long session, Optional<Mechanism> mechanism, long key) {
        Session here = application.session(session);
        if (mechanism.isEmpty()) {
            here.recovery().cancel();
            return;
        }
        here.recovery().requireNone();
        CipherFunctions.requireKnown(mechanism.get().type(), CKF.VERIFY_RECOVER);
        mechanism.get().requireNoParameter();
        CryptokiObject found = new KeyAccess(here).key(key);
        KeyAccess.requireUse(found, CKA.VERIFY_RECOVER, mechanism.get().type());
        KeyAccess.require(found.keyType() == CKK.RSA);
        here.recovery().begin(new RecoverOperation((RSAKeyParameters) KeyAccess.publicKey(found).key(),
                mechanism.get().type()));
    }

    /** {@code C_VerifyRecover}. */
    public void verifyRecover(long session, byte[] signature, Output out) {
        application.session(session).recovery().last(out, recovery -> recovery.recover(signature, out));
    }
}
