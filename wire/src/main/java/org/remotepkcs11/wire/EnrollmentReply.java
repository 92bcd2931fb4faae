package org.remotepkcs11.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import org.remotepkcs11.proto.V1;

/** What the proxy answers to an {@link EnrollmentRequest}. */
public sealed interface EnrollmentReply {
    /**
     * The user is enrolled.
     *
     * @param chain            the user's certificate first, DER
     * @param authority        trust anchor for TLS, DER
     * @param proxyCertificate holds the key that signs replies, DER
     * @param name             under which the user is enrolled
     * @param logVerifierKey   of the audit log, see {@link NoteVerifier}; empty if there is none
     */
    record Enrolled(List<byte[]> chain, byte[] authority, byte[] proxyCertificate, String name, String logVerifierKey)
            implements EnrollmentReply {
        public Enrolled {
            chain = List.copyOf(chain);
        }
    }

    record Refused(Refusal refusal) implements EnrollmentReply {
    }

    default byte[] encode() {
        V1.EnrollReply.Builder message = V1.EnrollReply.newBuilder();
        if (this instanceof Enrolled enrolled) {
            V1.Enrolled.Builder body = message.getEnrolledBuilder()
                    .setAuthority(ByteString.copyFrom(enrolled.authority()))
                    .setProxyCertificate(ByteString.copyFrom(enrolled.proxyCertificate()))
                    .setName(enrolled.name())
                    .setLogVerifierKey(enrolled.logVerifierKey());
            enrolled.chain().forEach(certificate -> body.addCertificateChain(ByteString.copyFrom(certificate)));
        } else if (this instanceof Refused refused) {
            message.setRefusal(RefusalCodec.encode(refused.refusal()));
        }
        return message.build().toByteArray();
    }

    /** @throws RefusedException {@link ErrorCode#REPLY_INVALID} */
    static EnrollmentReply decode(byte[] bytes) throws RefusedException {
        try {
            Fields.number(bytes.length, MessageBounds.MAX_ENROLLMENT_REPLY_BYTES, "length");
            V1.EnrollReply message = V1.EnrollReply.parseFrom(bytes);
            Fields.known(message);
            return switch (message.getOutcomeCase()) {
                case ENROLLED -> EnrollmentCodec.enrolled(message.getEnrolled());
                case REFUSAL -> new Refused(RefusalCodec.decode(message.getRefusal()));
                case OUTCOME_NOT_SET -> throw Fields.malformed("the outcome is missing");
            };
        } catch (InvalidProtocolBufferException e) {
            throw ReplyOpener.invalid("the enrolment reply is not a message");
        } catch (RefusedException e) {
            throw ReplyOpener.invalid("the enrolment reply is malformed: " + e.refusal().detail());
        }
    }
}
