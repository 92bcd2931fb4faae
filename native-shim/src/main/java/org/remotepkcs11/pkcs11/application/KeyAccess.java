package org.remotepkcs11.pkcs11.application;

import java.util.Arrays;
import java.util.Optional;
import org.remotepkcs11.pkcs11.crypto.PrivateKeys;
import org.remotepkcs11.pkcs11.crypto.RawPrivateKey;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.Canonical;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.object.CryptokiObject;
import org.remotepkcs11.pkcs11.object.KeyMaterial;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/** Keys as one session may use them. */
final class KeyAccess {
    private final Session session;

    KeyAccess(Session session) {
        this.session = session;
    }

    /** @throws CkException {@code CKR_KEY_HANDLE_INVALID} */
    CryptokiObject key(long handle) {
        return key(handle, CKR.KEY_HANDLE_INVALID);
    }

    /** @param invalid what is returned if there is no such key, as in {@code CKR_WRAPPING_KEY_HANDLE_INVALID} */
    CryptokiObject key(long handle, long invalid) {
        AttachedToken token = session.token();
        return token.objects().get(handle, token.login().isLoggedIn())
                .filter(object -> CryptokiObject.isKey(object.objectClass()))
                .orElseThrow(() -> new CkException(invalid));
    }

    /**
     * Whether a key may be used so by its own attributes.
     *
     * @param usage {@code CKA_SIGN} and the like
     * @throws CkException {@code CKR_KEY_FUNCTION_NOT_PERMITTED}, {@code CKR_MECHANISM_INVALID}
     */
    static void requireUse(CryptokiObject key, long usage, long mechanism) {
        if (!key.flag(usage)) {
            throw new CkException(CKR.KEY_FUNCTION_NOT_PERMITTED, CKA.name(usage) + " is false");
        }
        long[] allowed = key.attribute(CKA.ALLOWED_MECHANISMS).map(Canonical::ulongsOf).orElse(new long[0]);
        if (allowed.length > 0 && Arrays.stream(allowed).noneMatch(type -> type == mechanism)) {
            throw new CkException(CKR.MECHANISM_INVALID, "not among the key's CKA_ALLOWED_MECHANISMS");
        }
    }

    /** @throws CkException {@code CKR_KEY_TYPE_INCONSISTENT} */
    static void require(boolean fits) {
        if (!fits) {
            throw new CkException(CKR.KEY_TYPE_INCONSISTENT);
        }
    }

    /** @throws CkException {@code CKR_KEY_TYPE_INCONSISTENT} */
    static byte[] secret(CryptokiObject key) {
        require(key.material() instanceof KeyMaterial.Secret);
        return ((KeyMaterial.Secret) key.material()).value();
    }

    /** @throws CkException {@code CKR_KEY_TYPE_INCONSISTENT} */
    static KeyMaterial.Public publicKey(CryptokiObject key) {
        require(key.material() instanceof KeyMaterial.Public);
        return (KeyMaterial.Public) key.material();
    }

    /** Where the key wants a login for each use. */
    static Optional<ContextLogin> contextLogin(CryptokiObject key) {
        boolean always = key.material() instanceof KeyMaterial.OnCard && key.flag(CKA.ALWAYS_AUTHENTICATE);
        return always ? Optional.of(new ContextLogin()) : Optional.empty();
    }

    /** @throws CkException {@code CKR_KEY_TYPE_INCONSISTENT} if this is no private key */
    RawPrivateKey privateKey(CryptokiObject key, Optional<ContextLogin> contextLogin) {
        if (key.material() instanceof KeyMaterial.Private local) {
            return PrivateKeys.raw(local.key());
        }
        require(key.material() instanceof KeyMaterial.OnCard);
        return new RemoteKey(session.token().card(), ((KeyMaterial.OnCard) key.material()).key(),
                operation -> use(operation, contextLogin));
    }

    private byte[] use(Operation operation, Optional<ContextLogin> contextLogin) {
        byte[] result = contextLogin.isPresent() ? useOnce(operation, contextLogin.get())
                : session.token().login().use(operation);
        if (session.isClosed()) {
            throw new CkException(CKR.SESSION_CLOSED);
        }
        return result;
    }

    private static byte[] useOnce(Operation operation, ContextLogin contextLogin) {
        try (CardLogin login = contextLogin.take()) {
            return login.use(operation);
        } catch (RefusedException e) {
            throw Refusals.returned(e);
        }
    }
}
