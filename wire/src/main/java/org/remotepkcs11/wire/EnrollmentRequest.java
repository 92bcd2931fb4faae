package org.remotepkcs11.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import org.remotepkcs11.proto.V1;

/**
 * Asks the proxy's authority for a certificate.
 *
 * @param code                 one-time enrolment code
 * @param certificationRequest PKCS #10, DER (RFC 2986). Not copied: do not change it
 */
public record EnrollmentRequest(String code, byte[] certificationRequest) {
    public byte[] encode() {
        return V1.EnrollRequest.newBuilder().setCode(code)
                .setCertificationRequest(ByteString.copyFrom(certificationRequest)).build().toByteArray();
    }

    /** @throws RefusedException {@link ErrorCode#MESSAGE_TOO_LARGE} or {@link ErrorCode#MESSAGE_MALFORMED} */
    public static EnrollmentRequest decode(byte[] bytes) throws RefusedException {
        if (bytes.length > MessageBounds.MAX_ENROLLMENT_BYTES) {
            throw new RefusedException(ErrorCode.MESSAGE_TOO_LARGE, "an enrolment request of " + bytes.length
                    + " bytes; at most " + MessageBounds.MAX_ENROLLMENT_BYTES);
        }
        try {
            V1.EnrollRequest message = V1.EnrollRequest.parseFrom(bytes);
            Fields.known(message);
            return new EnrollmentRequest(Fields.name(message.getCode(), MessageBounds.MAX_NAME_CHARS, "code"),
                    Fields.someBytes(message.getCertificationRequest(), MessageBounds.MAX_DER_BYTES,
                            "certification_request"));
        } catch (InvalidProtocolBufferException e) {
            throw Fields.malformed("the enrolment request is not a message");
        }
    }

    /** Without the code. */
    @Override
    public String toString() {
        return "EnrollmentRequest(…)";
    }
}
