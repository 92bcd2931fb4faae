package org.remotepkcs11.proxy.pipeline;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import org.remotepkcs11.proxy.access.Access;
import org.remotepkcs11.proxy.access.Invitation;
import org.remotepkcs11.proxy.authority.Authority;
import org.remotepkcs11.proxy.authority.CertificationRequest;
import org.remotepkcs11.wire.EnrollmentCode;
import org.remotepkcs11.wire.EnrollmentReply;
import org.remotepkcs11.wire.EnrollmentRequest;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/** Whoever brings a one-time code and proves a key gets a certificate for it. */
public final class Enrollment {
    private final Access access;
    private final Authority authority;
    private final X509Certificate replyCertificate;
    private final InstantSource clock;

    public Enrollment(Access access, Authority authority, X509Certificate replyCertificate, InstantSource clock) {
        this.access = access;
        this.authority = authority;
        this.replyCertificate = replyCertificate;
        this.clock = clock;
    }

    /**
     * Issues and registers. A code that cannot be used up any more leaves no trace but a certificate nobody gets.
     *
     * @throws RefusedException {@link ErrorCode#CODE_INVALID}, {@link ErrorCode#INPUT_INVALID},
     *                          {@link ErrorCode#NAME_TAKEN}
     */
    public EnrollmentReply.Enrolled enroll(EnrollmentRequest request) throws RefusedException {
        EnrollmentCode code = EnrollmentCode.parse(request.code());
        if (!code.names(authority.certificate().getPublicKey())) {
            throw new RefusedException(ErrorCode.CODE_INVALID, "the enrolment code is of another proxy");
        }
        CertificationRequest proven = CertificationRequest.parse(request.certificationRequest());
        Invitation invitation = access.directory().invitation(code);
        X509Certificate certificate = authority.issueUser(proven.publicKey(), invitation.name(), clock.instant(),
                Authority.USER_LIFE);
        access.directory().enroll(code, certificate);
        return new EnrollmentReply.Enrolled(List.of(der(certificate), der(authority.certificate())),
                der(authority.certificate()), der(replyCertificate), invitation.name(), access.log().verifierKey());
    }

    private static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was decoded cannot be encoded", e);
        }
    }
}
