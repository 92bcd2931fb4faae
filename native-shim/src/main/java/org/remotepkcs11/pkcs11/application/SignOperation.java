package org.remotepkcs11.pkcs11.application;

import java.util.Optional;
import org.remotepkcs11.pkcs11.crypto.Signer;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Output;

/** A signature or MAC in the making. A length question costs the card nothing. */
final class SignOperation implements PrivateOperation {
    private final Signer signer;
    private final Optional<ContextLogin> contextLogin;
    private boolean started;

    SignOperation(Signer signer, Optional<ContextLogin> contextLogin) {
        this.signer = signer;
        this.contextLogin = contextLogin;
    }

    @Override
    public Optional<ContextLogin> contextLogin() {
        return contextLogin;
    }

    /** All at once. @throws CkException {@code CKR_OPERATION_ACTIVE} after a part, {@code CKR_BUFFER_TOO_SMALL} … */
    void single(byte[] data, Output out) {
        if (started) {
            throw new CkException(CKR.OPERATION_ACTIVE, "parts came before");
        }
        if (out.wants(signer.length())) {
            signer.update(data);
            out.put(signer.sign());
        }
    }

    void update(byte[] part) {
        started = true;
        signer.update(part);
    }

    /** A last part and the end at once. */
    void finishWith(byte[] part, Output out) {
        if (out.wants(signer.length())) {
            signer.update(part);
            out.put(signer.sign());
        }
    }

    void finish(Output out) {
        if (out.wants(signer.length())) {
            out.put(signer.sign());
        }
    }
}
