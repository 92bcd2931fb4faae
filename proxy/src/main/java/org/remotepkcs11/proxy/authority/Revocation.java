package org.remotepkcs11.proxy.authority;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CRL;
import java.security.cert.CRLException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How it is found out whether an outside authority took a certificate back: by lists (CRL, RFC 5280 section 6.3), by
 * asking a responder (OCSP, RFC 6960), or by a responder first and lists if it does not answer. Every certificate of the
 * path is looked at.
 *
 * @param crls           files, PEM or DER, read anew for each judgement, so that whoever fetches them replaces them
 * @param fetchesCrls    whether lists are also fetched from where the certificates say
 * @param ocsp           {@code certificate}: the responders that the certificates name; else the address of one
 * @param acceptsUnknown whether a certificate is taken of which nothing can be found out
 */
public record Revocation(List<Path> crls, boolean fetchesCrls, Optional<String> ocsp, boolean acceptsUnknown) {
    private static final Logger LOG = LoggerFactory.getLogger(Revocation.class);

    /** Nothing is looked at. */
    public static final Revocation NONE = new Revocation(List.of(), false, Optional.empty(), false);
    /** How long an answer serves further requests. */
    static final Duration SERVES = Duration.ofMinutes(5);
    /** For {@link #ocsp}. */
    public static final String AS_CERTIFICATE_SAYS = "certificate";
    /** For connecting, and for each read, where the operator set no other; the JDK reads it once. */
    private static final String SECONDS = "5";

    static {
        for (String which : List.of("ocsp.timeout", "ocsp.readtimeout", "crl.timeout", "crl.readtimeout")) {
            if (System.getProperty("com.sun.security." + which) == null) {
                System.setProperty("com.sun.security." + which, SECONDS);
            }
        }
    }

    public Revocation {
        crls = List.copyOf(crls);
    }

    boolean isNone() {
        return ocsp.isEmpty() && !looksAtLists();
    }

    private boolean looksAtLists() {
        return fetchesCrls || !crls.isEmpty();
    }

    /**
     * Looks at each certificate of a path that was found right. May take as long as others take to answer.
     *
     * @param parameters of which each call makes its own
     * @throws CertPathValidatorException {@link BasicReason#REVOKED}, or another reason where nothing can be found out
     */
    void check(CertPath path, PKIXParameters parameters) throws GeneralSecurityException {
        try {
            if (ocsp.isPresent()) {
                askResponder(path, (PKIXParameters) parameters.clone());
                return;
            }
        } catch (CertPathValidatorException e) {
            if (e.getReason() == BasicReason.REVOKED || !looksAtLists()) {
                acceptUnlessRevoked(e);
                return;
            }
        }
        try {
            lookAtLists(path, (PKIXParameters) parameters.clone());
        } catch (CertPathValidatorException e) {
            acceptUnlessRevoked(e);
        }
    }

    private void acceptUnlessRevoked(CertPathValidatorException e) throws CertPathValidatorException {
        if (e.getReason() == BasicReason.REVOKED || !acceptsUnknown) {
            throw e;
        }
    }

    private void askResponder(CertPath path, PKIXParameters parameters) throws GeneralSecurityException {
        PKIXRevocationChecker checker = checker(EnumSet.of(Option.NO_FALLBACK));
        ocsp.filter(address -> !address.equals(AS_CERTIFICATE_SAYS)).map(URI::create).ifPresent(checker::setOcspResponder);
        parameters.addCertPathChecker(checker);
        validator().validate(path, parameters);
    }

    /** A {@link PKIXRevocationChecker} goes wherever a certificate says; the validator's own one does not. */
    private void lookAtLists(CertPath path, PKIXParameters parameters) throws GeneralSecurityException {
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists())));
        if (fetchesCrls) {
            parameters.addCertPathChecker(checker(EnumSet.of(Option.PREFER_CRLS, Option.NO_FALLBACK)));
        } else {
            parameters.setRevocationEnabled(true);
        }
        validator().validate(path, parameters);
    }

    private static CertPathValidator validator() throws GeneralSecurityException {
        return CertPathValidator.getInstance("PKIX");
    }

    private static PKIXRevocationChecker checker(EnumSet<Option> options) throws GeneralSecurityException {
        PKIXRevocationChecker checker = (PKIXRevocationChecker) validator().getRevocationChecker();
        checker.setOptions(options);
        return checker;
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
