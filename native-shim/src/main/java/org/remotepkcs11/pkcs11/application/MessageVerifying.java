package org.remotepkcs11.pkcs11.application;

import java.util.Optional;
import java.util.function.Supplier;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;

/** Verifies message after message with one key. */
final class MessageVerifying {
    private final Supplier<VerifyOperation> operations;
    private VerifyOperation begun;

    MessageVerifying(Supplier<VerifyOperation> operations) {
        this.operations = operations;
    }

    void message(byte[] data, byte[] signature) {
        requireNone();
        operations.get().single(data, signature);
    }

    void begin() {
        requireNone();
        begun = operations.get();
    }

    /** @param signature empty: more will come */
    void next(byte[] data, Optional<byte[]> signature) {
        if (begun == null) {
            throw new CkException(CKR.OPERATION_NOT_INITIALIZED);
        }
        begun.update(data);
        if (signature.isPresent()) {
            VerifyOperation ended = begun;
            begun = null;
            ended.finish(signature.get());
        }
    }

    private void requireNone() {
        if (begun != null) {
            throw new CkException(CKR.OPERATION_ACTIVE);
        }
    }
}
