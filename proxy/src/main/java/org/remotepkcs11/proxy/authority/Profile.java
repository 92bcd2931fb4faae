package org.remotepkcs11.proxy.authority;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
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
