package org.remotepkcs11.proxy.authority;

import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXCertPathValidatorResult;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Judges the certificates of users by RFC 5280 section 6, under the proxy's own and the configured authorities. */
public final class ClientCertificates {
    private static final Logger LOG = LoggerFactory.getLogger(ClientCertificates.class);
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_PURPOSE = "2.5.29.37.0";
    private static final int MAX_CHAIN = 8;

    private final X509Certificate own;
    private final Revocation revocation;
    private final Inquiries inquiries = new Inquiries();
    private final Set<X509Certificate> authorities;
    private final Set<TrustAnchor> anchors;

    /** @param own the proxy's authority, which takes nothing back: the proxy's own store says who is enrolled */
    public ClientCertificates(X509Certificate own, Collection<X509Certificate> outside, Revocation revocation) {
        this.own = own;
        this.revocation = revocation;
        this.authorities = Stream.concat(Stream.of(own), outside.stream()).collect(Collectors.toUnmodifiableSet());
        this.anchors = authorities.stream().map(a -> new TrustAnchor(a, null)).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Whether an authority vouches for the first certificate at {@code now}. May take as long as others take to answer.
     *
     * @param chain as TLS brought it, the user's first
     * @throws RefusedException {@link ErrorCode#CERTIFICATE_MISSING}, {@link ErrorCode#CERTIFICATE_EXPIRED},
     *                          {@link ErrorCode#CERTIFICATE_UNTRUSTED}, {@link ErrorCode#CERTIFICATE_REVOKED} or
     *                          {@link ErrorCode#REVOCATION_UNKNOWN}
     */
    public ClientCertificate judge(List<X509Certificate> chain, Instant now) throws RefusedException {
        ClientCertificate certificate = vouched(chain, now);
        return certificate.judgedUntil().equals(Instant.MAX) ? certificate : unrevoked(certificate, chain, now);
    }

    /**
     * As {@link #judge}, without whether it was revoked.
     *
     * @return judged until {@link Instant#MAX} if nobody has to be asked that
     */
    public ClientCertificate vouched(List<X509Certificate> chain, Instant now) throws RefusedException {
        if (chain.isEmpty()) {
            throw new RefusedException(ErrorCode.CERTIFICATE_MISSING, "no client certificate was shown");
        }
        X509Certificate leaf = chain.get(0);
        ClientCertificate certificate = ClientCertificate.of(leaf);
        TrustAnchor anchor = validate(chain, certificate.nearestMoment(now));
        String objection = Keys.objection(leaf.getPublicKey()).orElse(forClients(leaf) ? "" : "it is not for clients");
        if (!objection.isEmpty()) {
            throw untrusted("the client certificate does not do: " + objection);
        }
        certificate.refuseUnlessValid(now);
        boolean nobodyToAsk = revocation.isNone() || anchor.getTrustedCert().equals(own);
        return nobodyToAsk ? certificate : certificate.judgedUntil(now);
    }

    /** As {@link #judge}, of a certificate that is {@link #vouched} for; no caller waits. */
    public CompletableFuture<ClientCertificate> inquire(ClientCertificate certificate, List<X509Certificate> chain,
                                                        Instant now) {
        return inquiries.ask(chain.get(0), now, () -> unrevoked(certificate, chain, now));
    }

    private ClientCertificate unrevoked(ClientCertificate certificate, List<X509Certificate> chain, Instant now)
            throws RefusedException {
        try {
            revocation.check(path(chain), parameters(now));
            return certificate.judgedUntil(now.plus(Revocation.SERVES));
        } catch (CertPathValidatorException e) {
            if (e.getReason() == BasicReason.REVOKED) {
                throw new RefusedException(ErrorCode.CERTIFICATE_REVOKED, "the authority took the certificate back");
            }
            throw unknown(e);
        } catch (GeneralSecurityException e) {
            throw unknown(e);
        }
    }

    private static RefusedException unknown(Exception cause) {
        LOG.warn("it cannot be found out whether a certificate was revoked", cause);
        return new RefusedException(ErrorCode.REVOCATION_UNKNOWN,
                "it cannot be found out whether the authority took the certificate back");
    }

    private PKIXParameters parameters(Instant at) throws GeneralSecurityException {
        PKIXParameters parameters = new PKIXParameters(new HashSet<>(anchors));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(at));
        return parameters;
    }

    private TrustAnchor validate(List<X509Certificate> chain, Instant at) throws RefusedException {
        try {
            return ((PKIXCertPathValidatorResult) CertPathValidator.getInstance("PKIX")
                    .validate(path(chain), parameters(at))).getTrustAnchor();
        } catch (CertPathValidatorException e) {
            boolean time = e.getReason() == BasicReason.EXPIRED || e.getReason() == BasicReason.NOT_YET_VALID;
            if (time) {
                throw new RefusedException(ErrorCode.CERTIFICATE_EXPIRED,
                        "an authority above the client certificate expired");
            }
            throw untrusted("the client certificate is of an unknown authority");
        } catch (GeneralSecurityException e) {
            throw untrusted("the client certificate cannot be checked");
        }
    }

    private static RefusedException untrusted(String detail) {
        return new RefusedException(ErrorCode.CERTIFICATE_UNTRUSTED, detail);
    }

    /** From the user's certificate up to, without, a trusted one. */
    private CertPath path(List<X509Certificate> chain) throws GeneralSecurityException {
        List<X509Certificate> path = new ArrayList<>();
        for (X509Certificate certificate : chain) {
            if (path.size() == MAX_CHAIN || path.size() > 0 && authorities.contains(certificate)) {
                break;
            }
            path.add(certificate);
        }
        return CertificateFactory.getInstance("X.509").generateCertPath(path);
    }

    private static boolean forClients(X509Certificate leaf) throws RefusedException {
        boolean[] usage = leaf.getKeyUsage();
        try {
            List<String> purposes = leaf.getExtendedKeyUsage();
            return (usage == null || usage[0])
                    && (purposes == null || purposes.contains(CLIENT_AUTH) || purposes.contains(ANY_PURPOSE));
        } catch (GeneralSecurityException e) {
            throw untrusted("the client certificate cannot be read");
        }
    }
}
