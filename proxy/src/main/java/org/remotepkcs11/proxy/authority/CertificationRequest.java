package org.remotepkcs11.proxy.authority;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/** A PKCS #10 request (RFC 2986) whose signature was verified. Only its key counts: the proxy gives the name. */
public record CertificationRequest(PublicKey publicKey) {
    /** Bytes of the largest that is read. */
    public static final int MAX_BYTES = 16 * 1024;

    /** @throws RefusedException {@link ErrorCode#INPUT_INVALID} if it is none, or the key is not taken */
    public static CertificationRequest parse(byte[] der) throws RefusedException {
        if (der.length > MAX_BYTES) {
            throw new RefusedException(ErrorCode.INPUT_INVALID, "the certification request is too large");
        }
        PublicKey key;
        boolean proven;
        try {
            JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(der);
            key = request.getPublicKey();
            refuseUnless(Keys.objection(key).isEmpty(), Keys.objection(key).orElse(""));
            proven = request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key));
        } catch (IOException | GeneralSecurityException | PKCSException | OperatorCreationException
                 | RuntimeException e) {
            // RuntimeException: Bouncy Castle answers hostile DER with many kinds of it
            throw new RefusedException(ErrorCode.INPUT_INVALID, "the certification request cannot be read");
        }
        refuseUnless(proven, "the certification request is not signed by its own key");
        return new CertificationRequest(key);
    }

    private static void refuseUnless(boolean condition, String detail) throws RefusedException {
        if (!condition) {
            throw new RefusedException(ErrorCode.INPUT_INVALID, detail);
        }
    }
}
