package org.remotepkcs11.proxy.access;

import java.security.cert.X509Certificate;
import java.util.Optional;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;

/**
 * Who calls, as TLS proved it.
 *
 * @param fingerprint of the client certificate's key; {@link Id#NONE} if there was no certificate
 * @param certificate as it was shown
 * @param address     network address, for the log
 */
public record Caller(Id fingerprint, Optional<X509Certificate> certificate, String address) {
    public static Caller of(X509Certificate certificate, String address) {
        return new Caller(Fingerprint.of(certificate.getPublicKey()), Optional.of(certificate), address);
    }

    /** Without a certificate. */
    public static Caller unknown(String address) {
        return new Caller(Id.NONE, Optional.empty(), address);
    }
}
