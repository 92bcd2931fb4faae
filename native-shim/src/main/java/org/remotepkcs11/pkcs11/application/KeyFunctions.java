package org.remotepkcs11.pkcs11.application;

import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.Output;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.pkcs11.object.CryptokiObject;
import org.remotepkcs11.pkcs11.object.SessionObject;

/**
 * Key management, PKCS #11 v3.2 section 5.18. New keys are session objects; unwrapping and deriving with a card's key
 * go to the card, all else is done here.
 */
public final class KeyFunctions {
    private final Application application;

    KeyFunctions(Application application) {
        this.application = application;
    }

    /** Handles of a new pair. */
    public record Pair(long publicKey, long privateKey) {
    }

    /** {@code C_GenerateKey}. @return its handle */
    public long generate(long session, Mechanism mechanism, Template template) {
        Session here = application.session(session);
        CipherFunctions.requireKnown(mechanism.type(), CKF.GENERATE);
        Template checked = ObjectFunctions.checked(here, template);
        return added(here, SecretKeyGeneration.generate(mechanism, checked));
    }

    /** {@code C_GenerateKeyPair}. */
    public Pair generatePair(long session, Mechanism mechanism, Template publicTemplate, Template privateTemplate) {
        Session here = application.session(session);
        CipherFunctions.requireKnown(mechanism.type(), CKF.GENERATE_KEY_PAIR);
        mechanism.requireNoParameter();
        KeyPairGeneration generation = new KeyPairGeneration(mechanism.type(),
                ObjectFunctions.checked(here, KeyPairGeneration.classed(publicTemplate, CKO.PUBLIC_KEY)),
                ObjectFunctions.checked(here, KeyPairGeneration.classed(privateTemplate, CKO.PRIVATE_KEY)));
        KeyPairGeneration.Made made = generation.make();
        return new Pair(added(here, made.publicKey()), added(here, made.privateKey()));
    }

    /** {@code C_WrapKey}. */
    public void wrap(long session, Mechanism mechanism, long wrappingKey, long key, Output out) {
        KeyAccess access = new KeyAccess(application.session(session));
        CipherFunctions.requireKnown(mechanism.type(), CKF.WRAP);
        CryptokiObject wrapping = access.key(wrappingKey, CKR.WRAPPING_KEY_HANDLE_INVALID);
        CryptokiObject wrapped = access.key(key, CKR.KEY_HANDLE_INVALID);
        KeyAccess.requireUse(wrapping, CKA.WRAP, mechanism.type());
        Wrapping.wrap(mechanism, wrapping, wrapped, out);
    }

    /** {@code C_UnwrapKey}. @return the new key's handle */
    public long unwrap(long session, Mechanism mechanism, long unwrappingKey, byte[] wrapped, Template template) {
        Session here = application.session(session);
        KeyAccess access = new KeyAccess(here);
        CipherFunctions.requireKnown(mechanism.type(), CKF.UNWRAP);
        CryptokiObject unwrapping = access.key(unwrappingKey, CKR.UNWRAPPING_KEY_HANDLE_INVALID);
        KeyAccess.requireUse(unwrapping, CKA.UNWRAP, mechanism.type());
        Template checked = ObjectFunctions.checked(here, template);
        return added(here, new Unwrapping(mechanism, unwrapping, access).unwrap(wrapped, checked));
    }

    /** {@code C_DeriveKey}. @return the new key's handle */
    public long derive(long session, Mechanism mechanism, long baseKey, Template template) {
        Session here = application.session(session);
        KeyAccess access = new KeyAccess(here);
        CipherFunctions.requireKnown(mechanism.type(), CKF.DERIVE);
        CryptokiObject base = access.key(baseKey);
        KeyAccess.requireUse(base, CKA.DERIVE, mechanism.type());
        Template checked = ObjectFunctions.checked(here, template);
        return added(here, new Deriving(mechanism, base, access).derive(checked));
    }

    /** {@code C_EncapsulateKey}. @return the new key's handle; 0 where only the length was asked */
    public long encapsulate(long session, Mechanism mechanism, long publicKey, Template template, Output out) {
        Session here = application.session(session);
        CipherFunctions.requireKnown(mechanism.type(), CKF.ENCAPSULATE);
        CryptokiObject key = new KeyAccess(here).key(publicKey);
        KeyAccess.requireUse(key, CKA.ENCAPSULATE, mechanism.type());
        Template checked = ObjectFunctions.checked(here, template);
        return Encapsulation.encapsulate(mechanism, key, checked, out).map(made -> added(here, made))
                .orElse(CKF.INVALID_HANDLE);
    }

    /** {@code C_DecapsulateKey}. @return the new key's handle */
    public long decapsulate(long session, Mechanism mechanism, long privateKey, byte[] ciphertext, Template template) {
        Session here = application.session(session);
        KeyAccess access = new KeyAccess(here);
        CipherFunctions.requireKnown(mechanism.type(), CKF.DECAPSULATE);
        CryptokiObject key = access.key(privateKey);
        KeyAccess.requireUse(key, CKA.DECAPSULATE, mechanism.type());
        Template checked = ObjectFunctions.checked(here, template);
        return added(here, Encapsulation.decapsulate(mechanism, key, access, ciphertext, checked));
    }

    private static long added(Session session, SessionObject object) {
        return session.token().objects().add(object, session);
    }
}
