package org.remotepkcs11.pkcs11.application;

import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;

/**
 * The login that a key with {@code CKA_ALWAYS_AUTHENTICATE} wants for each use, PKCS #11 v3.2 section 4.9.
 */
final class ContextLogin implements AutoCloseable {
    private CardLogin login;

    /** For the one use that follows. */
    synchronized void give(CardLogin given) {
        close();
        login = given;
    }

    /** For one use; the caller closes it. @throws CkException {@code CKR_USER_NOT_LOGGED_IN} */
    synchronized CardLogin take() {
        if (login == null) {
            throw new CkException(CKR.USER_NOT_LOGGED_IN, "the key wants a login for each use");
        }
        CardLogin taken = login;
        login = null;
        return taken;
    }

    @Override
    public synchronized void close() {
        if (login != null) {
            login.close();
            login = null;
        }
    }
}
