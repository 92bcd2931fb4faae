package org.remotepkcs11.pkcs11.application;

import org.bouncycastle.crypto.ExtendedDigest;
import org.bouncycastle.util.Memoable;
import org.remotepkcs11.pkcs11.crypto.DigestAlgorithm;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Output;

/** A hash under way. */
final class DigestOperation {
    private final ExtendedDigest digest;
    private boolean started;

    DigestOperation(DigestAlgorithm algorithm) {
        this.digest = algorithm.start();
    }

    private DigestOperation(DigestOperation other) {
        this.digest = (ExtendedDigest) ((Memoable) other.digest).copy();
        this.started = other.started;
    }

    /** As it is now, to be gone on with elsewhere. */
    synchronized DigestOperation copy() {
        return new DigestOperation(this);
    }

    synchronized void update(byte[] part) {
        started = true;
        digest.update(part, 0, part.length);
    }

    /** @throws CkException {@code CKR_OPERATION_ACTIVE} after a part, {@code CKR_BUFFER_TOO_SMALL} */
    synchronized void single(byte[] data, Output out) {
        if (started) {
            throw new CkException(CKR.OPERATION_ACTIVE, "parts were digested before");
        }
        if (out.wants(digest.getDigestSize())) {
            digest.update(data, 0, data.length);
            finish(out);
        }
    }

    /** @throws CkException {@code CKR_BUFFER_TOO_SMALL} */
    synchronized void finish(Output out) {
        if (out.wants(digest.getDigestSize())) {
            byte[] hash = new byte[digest.getDigestSize()];
            digest.doFinal(hash, 0);
            out.put(hash);
        }
    }
}
