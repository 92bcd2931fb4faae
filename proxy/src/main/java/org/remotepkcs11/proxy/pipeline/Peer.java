package org.remotepkcs11.proxy.pipeline;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.remotepkcs11.proxy.access.Caller;
import org.remotepkcs11.proxy.authority.ClientCertificate;
import org.remotepkcs11.proxy.authority.ClientCertificates;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;

/**
 * Who is at the other end of a TLS connection.
 *
 * @param address of the network, for the log
 * @param chain   whose first key TLS proved; empty if the client has none
 */
record Peer(String address, List<X509Certificate> chain, SSLSession session) {
    private static final String JUDGED = Peer.class.getName() + ".judged";
    /** How long what an authority said against a certificate is not asked about again. */
    private static final Duration REFUSED = Duration.ofSeconds(10);

    private record Against(Refusal refusal, Instant until) {
    }

    /**
     * Judged once for each TLS session, and again where an authority may take certificates back; the time is looked at
     * each time.
     *
     * @throws RefusedException as {@link ClientCertificates#judge}
     */
    ClientCertificate certificate(ClientCertificates authorities, Instant now) throws RefusedException {
        Object judged = session.getValue(JUDGED);
        if (judged instanceof ClientCertificate certificate && now.isBefore(certificate.judgedUntil())) {
            certificate.refuseUnlessValid(now);
            return certificate;
        } else if (judged instanceof Against against && now.isBefore(against.until)) {
            throw new RefusedException(against.refusal);
        }
        try {
            ClientCertificate certificate = authorities.judge(chain, now);
            session.putValue(JUDGED, certificate);
            return certificate;
        } catch (RefusedException e) {
            against(e, now).ifPresent(against -> session.putValue(JUDGED, against));
            throw e;
        }
    }

    private static Optional<Against> against(RefusedException e, Instant now) {
        return switch (e.code()) {
            case CERTIFICATE_UNTRUSTED -> Optional.of(new Against(e.refusal(), Instant.MAX));
            case CERTIFICATE_REVOKED, REVOCATION_UNKNOWN ->
                    Optional.of(new Against(e.refusal(), now.plus(REFUSED)));
            default -> Optional.empty();
        };
    }

    /** By the proven key, whatever its certificate is worth. */
    Caller caller() {
        return chain.isEmpty() ? Caller.unknown(address)
                : new Caller(fingerprint(), Optional.of(chain.get(0)), address);
    }

    private Id fingerprint() {
        return session.getValue(JUDGED) instanceof ClientCertificate judged
                ? judged.fingerprint() : Fingerprint.of(chain.get(0).getPublicKey());
    }
}
