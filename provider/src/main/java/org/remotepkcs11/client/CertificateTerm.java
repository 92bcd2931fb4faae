package org.remotepkcs11.client;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/** How long the user's certificate is good, and from when on it ought to be renewed: the last third of that time. */
public record CertificateTerm(Instant begin, Instant end) {
    private static final int PARTS = 3;

    public static CertificateTerm of(X509Certificate certificate) {
        return new CertificateTerm(certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant());
    }

    public Instant renewalDue() {
        return end.minus(Duration.between(begin, end).dividedBy(PARTS));
    }

    public boolean isRenewalDue(Instant now) {
        return !now.isBefore(renewalDue());
    }
}
