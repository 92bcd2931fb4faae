package org.remotepkcs11.proxy.authority;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;

/**
 * A user's certificate that an authority vouches for.
 *
 * @param fingerprint of the key: how the protocol names the user
 * @param judgedUntil when the authority is to be asked again
 */
public record ClientCertificate(PublicKey key, Id fingerprint, Instant notBefore, Instant notAfter,
                                Instant judgedUntil) {
    static ClientCertificate of(X509Certificate certificate) {
        return new ClientCertificate(certificate.getPublicKey(), Fingerprint.of(certificate.getPublicKey()),
                certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant(), Instant.MAX);
    }

    ClientCertificate judgedUntil(Instant until) {
        return new ClientCertificate(key, fingerprint, notBefore, notAfter, until);
    }

    /** @throws RefusedException {@link ErrorCode#CERTIFICATE_EXPIRED} */
    public void refuseUnlessValid(Instant now) throws RefusedException {
        if (now.isAfter(notAfter)) {
            throw new RefusedException(ErrorCode.CERTIFICATE_EXPIRED, "the client certificate expired on " + notAfter);
        }
        if (now.isBefore(notBefore)) {
            throw new RefusedException(ErrorCode.CERTIFICATE_EXPIRED, "the client certificate begins on " + notBefore);
        }
    }

    Instant nearestMoment(Instant now) {
        return now.isBefore(notBefore) ? notBefore : now.isAfter(notAfter) ? notAfter : now;
    }
}
