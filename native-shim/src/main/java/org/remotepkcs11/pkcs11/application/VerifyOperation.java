package org.remotepkcs11.pkcs11.application;

import java.util.Optional;
import org.remotepkcs11.pkcs11.crypto.Verifier;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;

/** A signature or MAC being checked. */
final class VerifyOperation {
    private final Verifier verifier;
    private final Optional<byte[]> announced;
    private boolean started;

    /** @param announced the signature, where {@code C_VerifySignatureInit} brought it */
    VerifyOperation(Verifier verifier, Optional<byte[]> announced) {
        this.verifier = verifier;
        this.announced = announced;
        announced.ifPresent(this::requireLength);
    }

    void update(byte[] part) {
        started = true;
        verifier.update(part);
    }

    /** All at once. @throws CkException {@code CKR_SIGNATURE_INVALID} … */
    void single(byte[] data, byte[] signature) {
        if (started) {
            throw new CkException(CKR.OPERATION_ACTIVE, "parts came before");
        }
        requireLength(signature);
        verifier.update(data);
        finish(signature);
    }

    /** @throws CkException {@code CKR_SIGNATURE_LEN_RANGE}, {@code CKR_SIGNATURE_INVALID} */
    void finish(byte[] signature) {
        requireLength(signature);
        if (!verifier.verify(signature)) {
            throw new CkException(CKR.SIGNATURE_INVALID);
        }
    }

    /** @throws CkException {@code CKR_OPERATION_NOT_INITIALIZED} if none was announced */
    byte[] announced() {
        return announced.orElseThrow(() -> new CkException(CKR.OPERATION_NOT_INITIALIZED));
    }

    /** @throws CkException {@code CKR_OPERATION_NOT_INITIALIZED} if one was announced */
    void requireUnannounced() {
        if (announced.isPresent()) {
            throw new CkException(CKR.OPERATION_NOT_INITIALIZED);
        }
    }

    private void requireLength(byte[] signature) {
        if (signature.length != verifier.length()) {
            throw new CkException(CKR.SIGNATURE_LEN_RANGE);
        }
    }
}
