package org.remotepkcs11.proxy.pipeline;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLSession;
import org.remotepkcs11.proxy.access.Caller;
import org.remotepkcs11.proxy.authority.ClientCertificate;
import org.remotepkcs11.proxy.authority.ClientCertificates;
import org.remotepkcs11.wire.ErrorCode;
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
    /**
     * Judged once for each TLS session, and again where an authority may take certificates back, for which no thread
     * waits here; the time is looked at each time.
     *
     * @return fails with {@link RefusedException} as {@link ClientCertificates#judge}
     */
    CompletableFuture<ClientCertificate> certificate(ClientCertificates authorities, Instant now) {
        try {
            ClientCertificate certificate = vouched(authorities, now);
            return now.isBefore(certificate.judgedUntil()) ? CompletableFuture.completedFuture(certificate)
                    : authorities.inquire(certificate, chain, now).thenApply(this::keep);
        } catch (RefusedException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** @throws RefusedException as {@link ClientCertificates#vouched} */
    ClientCertificate vouched(ClientCertificates authorities, Instant now) throws RefusedException {
        Object judged = session.getValue(JUDGED);
        if (judged instanceof ClientCertificate certificate) {
            certificate.refuseUnlessValid(now);
            return certificate;
        } else if (judged instanceof Refusal refusal) {
            throw new RefusedException(refusal);
        }
        try {
            return keep(authorities.vouched(chain, now));
        } catch (RefusedException e) {
            if (e.code() == ErrorCode.CERTIFICATE_UNTRUSTED) {
                session.putValue(JUDGED, e.refusal());
            }
            throw e;
        }
    }

    private ClientCertificate keep(ClientCertificate certificate) {
        session.putValue(JUDGED, certificate);
        return certificate;
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
