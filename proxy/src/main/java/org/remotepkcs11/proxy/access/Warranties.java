package org.remotepkcs11.proxy.access;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jdbi.v3.core.Handle;
import org.remotepkcs11.proxy.authority.DelegationAuthority;
import org.remotepkcs11.proxy.authority.Warranty;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.wire.CertificateObject;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RefusedException;

/** Delegation certificates: made with the delegation, shown in place of the owner's own. */
final class Warranties {
    private static final String AUTHORITY_LABEL = "delegation authority";

    private final DelegationCertificates certificates;
    private final DelegationAuthority authority;

    Warranties(DelegationCertificates certificates, DelegationAuthority authority) {
        this.certificates = certificates;
        this.authority = authority;
    }

    /** The keys that a delegation with these terms is for: with warranty, each of them has to be known. */
    static Set<Id> keys(Limits limits, CardDescription card) {
        return card.keys().stream().map(PrivateKeyObject::fingerprint)
                .filter(key -> limits.keys().isEmpty() || limits.keys().contains(key)).collect(Collectors.toSet());
    }

    /** @throws RefusedException {@link ErrorCode#INPUT_INVALID} if a certificate would not be valid for any time */
    void issue(Asked asked, Delegation delegation, User user, CardDescription card) throws RefusedException {
        Warranty warranty = new Warranty(asked.user().name(), user.name(), delegation.id().toString());
        Instant from = delegation.limits().notBefore().orElse(delegation.made()).truncatedTo(ChronoUnit.SECONDS);
        for (PrivateKeyObject key : card.keys()) {
            if (delegation.limits().keys().contains(key.fingerprint())) {
                X509Certificate issued = authority.issue(new DelegationAuthority.Asked(warranty, publicKey(key),
                        owned(card, key), from, delegation.limits().notAfter())).orElseThrow(() ->
                                new RefusedException(ErrorCode.INPUT_INVALID,
                                        "the certificate of the key " + key.label() + " ends before the delegation begins"));
                certificates.insert(asked.handle(), delegation.id(), key.fingerprint(), der(issued));
            }
        }
    }

    private static PublicKey publicKey(PrivateKeyObject key) throws RefusedException {
        try {
            String algorithm = SubjectPublicKeyInfo.getInstance(key.publicKey()).getAlgorithm().getAlgorithm().getId();
            return KeyFactory.getInstance(algorithm, new BouncyCastleProvider())
                    .generatePublic(new X509EncodedKeySpec(key.publicKey()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new RefusedException(ErrorCode.INPUT_INVALID,
                    "no certificate can be made for the key " + key.label());
        }
    }

    private static Optional<X509Certificate> owned(CardDescription card, PrivateKeyObject key) {
        return card.certificates().stream().flatMap(object -> parsed(object).stream())
                .filter(certificate -> isFor(certificate, key))
                .max(Comparator.comparing(X509Certificate::getNotAfter));
    }

    private static boolean isFor(X509Certificate certificate, PrivateKeyObject key) {
        return Fingerprint.of(certificate.getPublicKey()).equals(key.fingerprint());
    }

    private static Optional<X509Certificate> parsed(CertificateObject object) {
        try {
            return Optional.of((X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(object.der())));
        } catch (CertificateException e) {
            return Optional.empty();
        }
    }

    private static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateException e) {
            throw new IllegalStateException("a certificate that was just made", e);
        }
    }

    void revoke(Handle handle, Id delegation, Instant now) throws RefusedException {
        certificates.revoke(handle, delegation, now);
    }

    /** In place of the owner's: id and label stay those of the key; the authority's own completes the chain. */
    List<CertificateObject> shown(Handle handle, Delegation delegation, CardDescription card) throws RefusedException {
        if (!delegation.limits().warranty()) {
            return card.certificates();
        }
        Map<Id, byte[]> issued = certificates.of(handle, delegation.id());
        List<CertificateObject> shown = new ArrayList<>();
        for (PrivateKeyObject key : card.keys()) {
            Optional.ofNullable(issued.get(key.fingerprint())).ifPresent(
                    der -> shown.add(new CertificateObject(key.id(), label(card, key), der)));
        }
        byte[] own = der(authority.certificate());
        Id id = Id.of(Arrays.copyOf(Fingerprint.of(authority.certificate().getPublicKey()).bytes(), Id.RANDOM_BYTES));
        shown.add(new CertificateObject(id, AUTHORITY_LABEL, own));
        return shown;
    }

    private static String label(CardDescription card, PrivateKeyObject key) {
        return card.certificates().stream().filter(object -> object.id().equals(key.id())).findFirst()
                .map(CertificateObject::label).orElse(key.label());
    }
}
