package org.remotepkcs11.wire;

import static org.remotepkcs11.wire.Fields.someBytes;
import static org.remotepkcs11.wire.MessageBounds.MAX_DER_BYTES;

import org.remotepkcs11.proto.V1;

/** Reads what an authority answers. */
final class EnrollmentCodec {
    private EnrollmentCodec() {
    }

    static EnrollmentReply.Enrolled enrolled(V1.Enrolled message) throws RefusedException {
        Fields.known(message);
        Fields.present(message.getCertificateChainCount() > 0, "certificate_chain");
        return new EnrollmentReply.Enrolled(
                Fields.list(message.getCertificateChainList(), MessageBounds.MAX_CHAIN, "certificate_chain",
                        certificate -> someBytes(certificate, MAX_DER_BYTES, "certificate")),
                someBytes(message.getAuthority(), MAX_DER_BYTES, "authority"),
                someBytes(message.getProxyCertificate(), MAX_DER_BYTES, "proxy_certificate"),
                Fields.name(message.getName(), MessageBounds.MAX_NAME_CHARS, "name"),
                Fields.line(message.getLogVerifierKey(), MessageBounds.MAX_TEXT_CHARS, "log_verifier_key"));
    }
}
