package org.remotepkcs11.pkcs11.application;

import java.util.Optional;
import java.util.function.Supplier;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Output;

/** Signs message after message with one key; each is an operation of its own. */
final class MessageSigning implements PrivateOperation {
    private final Supplier<SignOperation> operations;
    private SignOperation current;
    private boolean begun;

    MessageSigning(Supplier<SignOperation> operations) {
        this.operations = operations;
        this.current = operations.get();
    }

    @Override
    public Optional<ContextLogin> contextLogin() {
        return current.contextLogin();
    }

    void message(byte[] data, Output out) {
        requireBegun(false);
        ended(out, () -> current.single(data, out));
    }

    void begin() {
        requireBegun(false);
        begun = true;
    }

    /** @param out empty: more will come */
    void next(byte[] data, Optional<Output> out) {
        requireBegun(true);
        if (out.isEmpty()) {
            current.update(data);
        } else {
            ended(out.get(), () -> current.finishWith(data, out.get()));
        }
    }

    private void ended(Output out, Runnable signing) {
        boolean over = true;
        try {
            signing.run();
            over = !out.lengthOnly();
        } catch (CkException e) {
            over = e.returnValue() != CKR.BUFFER_TOO_SMALL;
            throw e;
        } finally {
            if (over) {
                begun = false;
                current = operations.get();
            }
        }
    }

    private void requireBegun(boolean wanted) {
        if (begun != wanted) {
            throw new CkException(wanted ? CKR.OPERATION_NOT_INITIALIZED : CKR.OPERATION_ACTIVE);
        }
    }
}
