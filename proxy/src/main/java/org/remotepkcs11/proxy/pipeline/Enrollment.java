package org.remotepkcs11.proxy.pipeline;

import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import org.remotepkcs11.proxy.access.Access;
import org.remotepkcs11.proxy.access.Invitation;
import org.remotepkcs11.proxy.authority.Authority;
import org.remotepkcs11.proxy.authority.CertificationRequest;
import org.remotepkcs11.proxy.authority.ClientCertificates;
import org.remotepkcs11.wire.EnrollmentCode;
import org.remotepkcs11.wire.EnrollmentReply;
import org.remotepkcs11.wire.EnrollmentRequest;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/** Whoever brings a one-time code and proves a key gets a certificate for it. */
public final class Enrollment {
    private final Access access;
    private final Authority authority;
    private final ClientCertificates outside;
    private final X509Certificate replyCertificate;
    private final InstantSource clock;

    /** @param outside judges the certificates of other authorities */
    public Enrollment(Access access, Authority authority, ClientCertificates outside, X509Certificate replyCertificate,
                      InstantSource clock) {
        this.access = access;
        this.authority = authority;
        this.outside = outside;
        this.replyCertificate = replyCertificate;
        this.clock = clock;
    }

    /**
     * Issues and registers; but registers, and issues nothing, where another authority vouches for the key. A code that cannot be used up any more leaves no trace but a certificate nobody gets.
     *
     * @param shown in TLS, the certificate of the proven key first; may be empty
     * @throws RefusedException {@link ErrorCode#CODE_INVALID}, {@link ErrorCode#INPUT_INVALID},
     *                          {@link ErrorCode#NAME_TAKEN}; as {@link ClientCertificates#judge}
     */
    public EnrollmentReply.Enrolled enroll(EnrollmentRequest request, List<X509Certificate> shown)
            throws RefusedException {
        EnrollmentCode code = EnrollmentCode.parse(request.code());
        if (!code.names(authority.certificate().getPublicKey())) {
            throw new RefusedException(ErrorCode.CODE_INVALID, "the enrolment code is of another proxy");
        }
        CertificationRequest proven = CertificationRequest.parse(request.certificationRequest());
        Invitation invitation = access.directory().invitation(code);
        List<X509Certificate> chain = vouchedElsewhere(proven.publicKey(), shown) ? shown
                : List.of(authority.issueUser(proven.publicKey(), invitation.name(), clock.instant(),
                Authority.USER_LIFE), authority.certificate());
        access.directory().enroll(code, chain.get(0));
        return new EnrollmentReply.Enrolled(chain.stream().map(Enrollment::der).toList(),
                der(authority.certificate()), der(replyCertificate), invitation.name(), access.log().verifierKey());
    }

    private boolean vouchedElsewhere(PublicKey key, List<X509Certificate> shown) throws RefusedException {
        if (shown.isEmpty() || !shown.get(0).getPublicKey().equals(key) || authority.issued(shown.get(0))) {
            return false;
        }
        outside.judge(shown, clock.instant());
        return true;
    }

    private static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was decoded cannot be encoded", e);
        }
    }
}
