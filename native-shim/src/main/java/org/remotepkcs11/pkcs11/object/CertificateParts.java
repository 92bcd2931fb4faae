package org.remotepkcs11.pkcs11.object;

import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extensions;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.crypto.DigestAlgorithm;

/** The attributes of an X.509 certificate, PKCS #11 v3.2 section 4.6. */
final class CertificateParts {
    private static final DateTimeFormatter CK_DATE = DateTimeFormatter.ofPattern("uuuuMMdd").withZone(ZoneOffset.UTC);
    private static final int CHECK_VALUE_BYTES = 3;

    private final byte[] der;
    private final Certificate certificate;

    /** @throws CkException {@code CKR_ATTRIBUTE_VALUE_INVALID} if this is no certificate */
    CertificateParts(byte[] der) {
        this.der = der;
        try {
            this.certificate = Certificate.getInstance(der);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw unreadable(e);
        }
    }

    private static CkException unreadable(RuntimeException cause) {
        return new CkException(CKR.ATTRIBUTE_VALUE_INVALID, "no X.509 certificate", cause);
    }

    byte[] subject() {
        return encoded(certificate.getSubject());
    }

    byte[] publicKey() {
        return encoded(certificate.getSubjectPublicKeyInfo());
    }

    /**
     * @param ofToken whether the token has the private key
     * @throws CkException {@code CKR_ATTRIBUTE_VALUE_INVALID} if a date in it is none
     */
    Map<Long, byte[]> attributes(boolean ofToken) {
        try {
            return read(ofToken);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw unreadable(e);
        }
    }

    private Map<Long, byte[]> read(boolean ofToken) {
        return new AttributeMap().put(CKA.CERTIFICATE_TYPE, CKO.CERTIFICATE_X_509).put(CKA.TRUSTED, false)
                .put(CKA.CERTIFICATE_CATEGORY, category(ofToken))
                .put(CKA.CHECK_VALUE, Arrays.copyOf(DigestAlgorithm.SHA_1.hash(der), CHECK_VALUE_BYTES))
                .put(CKA.START_DATE, date(certificate.getStartDate().getDate()))
                .put(CKA.END_DATE, date(certificate.getEndDate().getDate()))
                .put(CKA.PUBLIC_KEY_INFO, publicKey()).put(CKA.SUBJECT, subject())
                .put(CKA.ISSUER, encoded(certificate.getIssuer()))
                .put(CKA.SERIAL_NUMBER, encoded(certificate.getSerialNumber()))
                .putEmpty(CKA.URL, CKA.HASH_OF_SUBJECT_PUBLIC_KEY, CKA.HASH_OF_ISSUER_PUBLIC_KEY)
                .put(CKA.JAVA_MIDP_SECURITY_DOMAIN, 0).put(CKA.NAME_HASH_ALGORITHM, CKM.SHA_1)
                .build();
    }

    private long category(boolean ofToken) {
        if (ofToken) {
            return CKO.CATEGORY_TOKEN_USER;
        }
        return Optional.ofNullable(certificate.getTBSCertificate().getExtensions())
                .map(CertificateParts::basicConstraints).filter(BasicConstraints::isCA).isPresent()
                ? CKO.CATEGORY_AUTHORITY : CKO.CATEGORY_OTHER_ENTITY;
    }

    private static BasicConstraints basicConstraints(Extensions extensions) {
        try {
            return BasicConstraints.fromExtensions(extensions);
        } catch (IllegalArgumentException | IllegalStateException e) {
            return null;
        }
    }

    private static String date(Date date) {
        return CK_DATE.format(date.toInstant());
    }

    private static byte[] encoded(ASN1Encodable value) {
        try {
            return value.toASN1Primitive().getEncoded("DER");
        } catch (IOException e) {
            throw new CkException(CKR.ATTRIBUTE_VALUE_INVALID, "no DER", e);
        }
    }
}
