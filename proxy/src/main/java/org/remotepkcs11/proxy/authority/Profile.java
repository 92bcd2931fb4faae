package org.remotepkcs11.proxy.authority;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Certificates as RFC 5280 profiles them, signed with ECDSA and SHA-256.
 *
 * @param key       the issuer's
 * @param publicKey the issuer's
 * @param issuer    its name
 */
record Profile(PrivateKey key, PublicKey publicKey, X500Name issuer) {
    /** Whom a certificate is for. */
    record Subject(X500Name name, PublicKey key, BigInteger serial) {
    }

    /** From when to when. */
    record Validity(Instant from, Instant to) {
    }

    /** What the key is for. @param alternatives names of a server; null for others */
    record Purpose(KeyUsage usage, List<KeyPurposeId> extended, GeneralNames alternatives) {
    }

    X509Certificate authority(Subject subject, Validity validity) {
        try {
            X509v3CertificateBuilder builder = builder(subject, validity);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return sign(builder);
        } catch (CertIOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("a certificate could not be made", e);
        }
    }

    X509Certificate endEntity(Subject subject, Validity validity, Purpose purpose) {
        try {
            X509v3CertificateBuilder builder = builder(subject, validity);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, purpose.usage());
            builder.addExtension(Extension.authorityKeyIdentifier, false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(publicKey));
            if (!purpose.extended().isEmpty()) {
                builder.addExtension(Extension.extendedKeyUsage, false,
                        new ExtendedKeyUsage(purpose.extended().toArray(new KeyPurposeId[0])));
            }
            if (purpose.alternatives() != null) {
                builder.addExtension(Extension.subjectAlternativeName, false, purpose.alternatives());
            }
            return sign(builder);
        } catch (CertIOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("a certificate could not be made", e);
        }
    }

    /** @param owned the owner's certificate for the same key, where there is one: for what it may be used */
    record Delegated(Optional<X509Certificate> owned, CertificatePolicies policies,
                     DelegationAuthority.Published published) {
        private KeyUsage usage() {
            return owned.map(X509Certificate::getKeyUsage).map(Profile::usage)
                    .orElse(new KeyUsage(KeyUsage.digitalSignature | KeyUsage.nonRepudiation));
        }

        private Optional<ExtendedKeyUsage> extended() throws GeneralSecurityException {
            List<String> purposes = owned.isPresent() ? owned.get().getExtendedKeyUsage() : null;
            return Optional.ofNullable(purposes).map(some -> new ExtendedKeyUsage(some.stream()
                    .map(ASN1ObjectIdentifier::new).map(KeyPurposeId::getInstance).toArray(KeyPurposeId[]::new)));
        }
    }

    X509Certificate delegation(Subject subject, Validity validity, Delegated delegated) {
        try {
            X509v3CertificateBuilder builder = builder(subject, validity);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, delegated.usage());
            builder.addExtension(Extension.authorityKeyIdentifier, false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(publicKey));
            builder.addExtension(Extension.certificatePolicies, false, delegated.policies());
            if (delegated.extended().isPresent()) {
                builder.addExtension(Extension.extendedKeyUsage, false, delegated.extended().get());
            }
            addPlaces(builder, delegated.published());
            return sign(builder);
        } catch (CertIOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("a certificate could not be made", e);
        }
    }

    private static void addPlaces(X509v3CertificateBuilder builder, DelegationAuthority.Published published)
            throws CertIOException {
        if (published.certificate().isPresent()) {
            builder.addExtension(Extension.authorityInfoAccess, false, new AuthorityInformationAccess(
                    AccessDescription.id_ad_caIssuers, uri(published.certificate().get())));
        }
        if (published.revocations().isPresent()) {
            DistributionPointName place = new DistributionPointName(
                    new GeneralNames(uri(published.revocations().get())));
            builder.addExtension(Extension.cRLDistributionPoints, false,
                    new CRLDistPoint(new DistributionPoint[] {new DistributionPoint(place, null, null)}));
        }
    }

    private static GeneralName uri(String place) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, place);
    }

    /** Bit 0 is the first, as Java numbers them. */
    private static KeyUsage usage(boolean[] bits) {
        int[] masks = {KeyUsage.digitalSignature, KeyUsage.nonRepudiation, KeyUsage.keyEncipherment,
            KeyUsage.dataEncipherment, KeyUsage.keyAgreement, 0, 0, KeyUsage.encipherOnly, KeyUsage.decipherOnly};
        int usage = 0;
        for (int i = 0; i < masks.length; i++) {
            usage |= bits[i] ? masks[i] : 0;
        }
        return new KeyUsage(usage);
    }

    private X509v3CertificateBuilder builder(Subject subject, Validity validity)
            throws CertIOException, GeneralSecurityException {
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(issuer, subject.serial(),
                Date.from(validity.from()), Date.from(validity.to()), subject.name(), subject.key());
        builder.addExtension(Extension.subjectKeyIdentifier, false,
                new JcaX509ExtensionUtils().createSubjectKeyIdentifier(subject.key()));
        return builder;
    }

    private X509Certificate sign(X509v3CertificateBuilder builder)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    }
}
