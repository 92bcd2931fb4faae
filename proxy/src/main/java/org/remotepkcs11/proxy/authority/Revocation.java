package org.remotepkcs11.proxy.authority;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CRL;
import java.security.cert.CRLException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How it is found out whether an outside authority took a certificate back: by lists (CRL, RFC 5280 section 6.3), by
 * asking a responder (OCSP, RFC 6960), or by a responder first and lists if it does not answer. Every certificate of the
 * path is looked at.
 *
 * @param crls           files, PEM or DER, read anew for each judgement, so that whoever fetches them replaces them
 * @param ocsp           {@code certificate}: the responders that the certificates name; else the address of one
 * @param acceptsUnknown whether a certificate is taken of which nothing can be found out
 */
public record Revocation(List<Path> crls, Optional<String> ocsp, boolean acceptsUnknown) {
    private static final Logger LOG = LoggerFactory.getLogger(Revocation.class);

    /** Nothing is looked at. */
    public static final Revocation NONE = new Revocation(List.of(), Optional.empty(), false);
    /** How long an answer serves further requests over the same connection. */
    static final Duration SERVES = Duration.ofMinutes(5);
    /** For {@link #ocsp}. */
    public static final String AS_CERTIFICATE_SAYS = "certificate";

    public Revocation {
        crls = List.copyOf(crls);
    }

    boolean isNone() {
        return crls.isEmpty() && ocsp.isEmpty();
    }

    /** Makes a path's validation look at it. */
    void addTo(PKIXParameters parameters) throws GeneralSecurityException {
        PKIXRevocationChecker checker =
                (PKIXRevocationChecker) CertPathValidator.getInstance("PKIX").getRevocationChecker();
        checker.setOptions(options());
        ocsp.filter(address -> !address.equals(AS_CERTIFICATE_SAYS)).map(URI::create).ifPresent(checker::setOcspResponder);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists())));
        parameters.addCertPathChecker(checker);
    }

    private Set<Option> options() {
        Set<Option> options = EnumSet.noneOf(Option.class);
        if (ocsp.isEmpty()) {
            options.add(Option.PREFER_CRLS);
        }
        if (ocsp.isEmpty() || crls.isEmpty()) {
            options.add(Option.NO_FALLBACK);
        }
        if (acceptsUnknown) {
            options.add(Option.SOFT_FAIL);
        }
        return options;
    }

    /** A list that is not there or cannot be read tells nothing. */
    private List<CRL> lists() throws GeneralSecurityException {
        List<CRL> lists = new ArrayList<>();
        for (Path file : crls) {
            try (InputStream in = Files.newInputStream(file)) {
                lists.addAll(CertificateFactory.getInstance("X.509").generateCRLs(in));
            } catch (IOException | CRLException e) {
                LOG.warn("the list of revoked certificates {} cannot be read", file, e);
            }
        }
        return lists;
    }
}
