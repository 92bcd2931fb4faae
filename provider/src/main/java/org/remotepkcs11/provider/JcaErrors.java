package org.remotepkcs11.provider;

import java.io.IOException;
import java.security.InvalidKeyException;
import java.security.KeyStoreException;
import java.security.ProviderException;
import java.security.SignatureException;
import java.security.UnrecoverableKeyException;
import javax.crypto.BadPaddingException;
import javax.security.auth.login.FailedLoginException;
import javax.security.auth.login.LoginException;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/**
 * The one place where refusals become exceptions of the Java Cryptography Architecture. Each carries the refusal's
 * sentence and hint as its message and the {@link RefusedException} as its cause or its cause's cause.
 */
final class JcaErrors {
    private JcaErrors() {
    }

    /**
     * For {@code KeyStore.load}: as its contract demands, a wrong PIN is told by an {@link UnrecoverableKeyException}
     * as the cause.
     */
    static IOException load(RefusedException refused) {
        return switch (refused.code()) {
            case PIN_WRONG, PIN_LOCKED, PIN_MISSING, PIN_UNAVAILABLE ->
                    new IOException(refused.getMessage(), unrecoverable(refused));
            default -> new IOException(refused.getMessage(), refused);
        };
    }

    /** For {@code KeyStore.getKey}. */
    static UnrecoverableKeyException unrecoverable(RefusedException refused) {
        UnrecoverableKeyException exception = new UnrecoverableKeyException(refused.getMessage());
        exception.initCause(refused.code().jca() == ErrorCode.Jca.LOGIN ? login(refused) : refused);
        return exception;
    }

    private static LoginException login(RefusedException refused) {
        LoginException exception = new FailedLoginException(refused.getMessage());
        exception.initCause(refused);
        return exception;
    }

    /** For {@code Signature.sign}, which may throw nothing but this. */
    static SignatureException sign(RefusedException refused) {
        return new SignatureException(refused.getMessage(), byKind(refused));
    }

    /** For {@code Cipher.doFinal}: the data is wrong, or all else went wrong. */
    static BadPaddingException decrypt(RefusedException refused) {
        if (refused.code() == ErrorCode.INPUT_INVALID) {
            BadPaddingException exception = new BadPaddingException(refused.getMessage());
            exception.initCause(refused);
            return exception;
        }
        throw new ProviderException(refused.getMessage(), byKind(refused));
    }

    /** For {@code Cipher.unwrap} and {@code KeyAgreement.doPhase}. */
    static InvalidKeyException use(RefusedException refused) {
        return new InvalidKeyException(refused.getMessage(), refused);
    }

    static KeyStoreException readOnly() {
        return new KeyStoreException("a remote card is read-only: its owner changes what is on it");
    }

    private static Exception byKind(RefusedException refused) {
        return switch (refused.code().jca()) {
            case LOGIN -> login(refused);
            case KEY -> use(refused);
            case SIGNATURE -> refused;
        };
    }
}
