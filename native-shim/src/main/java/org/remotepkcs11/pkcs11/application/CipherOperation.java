package org.remotepkcs11.pkcs11.application;

import java.util.Arrays;
import java.util.Optional;
import org.remotepkcs11.pkcs11.crypto.Transformation;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Output;

/**
 * An encryption or decryption under way. Where the length of a plaintext is only known once it is there, it is kept
 * until the caller has a buffer large enough, so that a card never decrypts twice.
 */
final class CipherOperation implements PrivateOperation {
    private final Transformation transformation;
    private final Optional<ContextLogin> contextLogin;
    private boolean started;
    private byte[] input;
    private byte[] result;

    CipherOperation(Transformation transformation, Optional<ContextLogin> contextLogin) {
        this.transformation = transformation;
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
        if (result != null && !Arrays.equals(data, input)) {
            throw new CkException(CKR.DATA_INVALID, "other data than before the buffer was too small");
        }
        if (result == null && isWanted(transformation.outputLength(data.length), out)) {
            byte[] first = transformation.update(data);
            byte[] last = transformation.finish();
            result = Arrays.copyOf(first, first.length + last.length);
            System.arraycopy(last, 0, result, first.length, last.length);
            input = data;
        }
        give(out);
    }

    /** @return what was put out; empty where only the length was asked */
    Optional<byte[]> update(byte[] part, Output out) {
        requireUnfinished();
        if (!out.wants(transformation.updateLength(part.length))) {
            return Optional.empty();
        }
        started = true;
        byte[] transformed = transformation.update(part);
        out.put(transformed);
        return Optional.of(transformed);
    }

    void finish(Output out) {
        if (result == null && isWanted(transformation.outputLength(0), out)) {
            result = transformation.finish();
        }
        give(out);
    }

    private void give(Output out) {
        if (result != null) {
            out.put(result);
        }
    }

    private boolean isWanted(int atMost, Output out) {
        if (out.lengthOnly() || transformation.lengthIsExact()) {
            return out.wants(atMost);
        }
        return true;
    }

    private void requireUnfinished() {
        if (result != null) {
            throw new CkException(CKR.OPERATION_NOT_INITIALIZED, "the last part was asked for before");
        }
    }
}
