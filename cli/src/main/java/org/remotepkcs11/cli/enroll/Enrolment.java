package org.remotepkcs11.cli.enroll;

import java.net.URI;
import java.security.KeyPair;
import java.time.Duration;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.wire.EnrollmentCode;
import org.remotepkcs11.wire.EnrollmentReply;
import org.remotepkcs11.wire.EnrollmentRequest;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.http.EnrollmentTrust;
import org.remotepkcs11.wire.http.HttpTransport;

/** Asks a proxy for a certificate by a one-time code. The code is sent only to the proxy that made it. */
public final class Enrolment {
    private static final String PATH = "/v1/enroll";
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private Enrolment() {
    }

    /** @param proxy {@code https://host:port} */
    public static EnrollmentReply.Enrolled of(KeyPair key, URI proxy, EnrollmentCode code)
            throws RefusedException, CommandFailure {
        return ask(key, code, HttpTransport.serverOnly(proxy, new EnrollmentTrust(code)));
    }

    /** Shows the certificate that another authority has issued for the key. */
    static EnrollmentReply.Enrolled of(UserKeyStore own, URI proxy, EnrollmentCode code)
            throws RefusedException, CommandFailure {
        return ask(own.key(), code, HttpTransport.mutual(proxy, own.forTls(), new EnrollmentTrust(code)));
    }

    private static EnrollmentReply.Enrolled ask(KeyPair key, EnrollmentCode code, HttpTransport opened)
            throws RefusedException, CommandFailure {
        try (HttpTransport transport = opened) {
            byte[] request = new EnrollmentRequest(code.text(), CertificationRequest.encode(key)).encode();
            EnrollmentReply reply = EnrollmentReply.decode(transport.post(PATH, request, DEADLINE));
            if (reply instanceof EnrollmentReply.Enrolled enrolled) {
                return enrolled;
            }
            throw new RefusedException(((EnrollmentReply.Refused) reply).refusal());
        }
    }
}
