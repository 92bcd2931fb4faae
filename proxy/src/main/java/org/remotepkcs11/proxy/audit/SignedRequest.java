package org.remotepkcs11.proxy.audit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.KeptRequest;
import org.remotepkcs11.wire.RefusedException;

/**
 * One request out of a log with all that somebody needs who trusts neither the proxy nor this program.
 *
 * @param user        {@link Fingerprint} of the key that signed
 * @param signed      the exact bytes that were signed: {@code "remote-pkcs11 v1 request\n"} and the request's body
 * @param signature   ECDSA with SHA-256 in DER, Ed25519, or RSA-PSS with SHA-256 and 32 bytes of salt, by the key
 * @param certificate DER; as the key enrolled by it
 */
public record SignedRequest(Id user, byte[] signed, byte[] signature, byte[] certificate) {
    private static final Base64.Encoder PEM = Base64.getMimeEncoder(64, new byte[] {'\n'});

    /** @throws IOException if the copy cannot be read, or the entry holds no signed request of somebody enrolled */
    public static SignedRequest of(LogCopy copy, long index) throws IOException {
        Search search = new Search(index);
        copy.forEach(search);
        AuditEntry.Evidence evidence = search.found.orElseThrow(
                () -> new IOException("entry " + index + " holds no request that a user signed"));
        byte[] certificate = search.certificates.get(evidence.user());
        if (certificate == null) {
            throw new IOException("the key " + evidence.user() + " of entry " + index + " never enrolled");
        }
        try {
            return new SignedRequest(evidence.user(), KeptRequest.decode(evidence.body()).signedBytes(),
                    evidence.signature(), certificate);
        } catch (RefusedException e) {
            throw new IOException("the request of entry " + index + " cannot be read", e);
        }
    }

    /** The certificate as OpenSSL reads it. */
    public String certificatePem() {
        return "-----BEGIN CERTIFICATE-----\n" + PEM.encodeToString(certificate) + "\n-----END CERTIFICATE-----\n";
    }

    /** Until the entry: who enrolled before it. */
    private static final class Search implements LogCopy.EntryVisitor {
        private final long wanted;
        private final Map<Id, byte[]> certificates = new HashMap<>();
        private Optional<AuditEntry.Evidence> found = Optional.empty();

        Search(long wanted) {
            this.wanted = wanted;
        }

        @Override
        public void entry(long index, byte[] body) throws IOException {
            try {
                AuditEntry.Matter matter = AuditEntryCodec.decode(body).matter();
                if (index == wanted) {
                    found = evidence(matter);
                } else if (index < wanted && matter instanceof AuditEntry.Happened happened
                        && happened.certificate().length > 0) {
                    certificates.put(keyOf(happened.certificate()), happened.certificate());
                }
            } catch (UnreadableEntryException | CertificateException e) {
                throw new IOException("entry " + index + " cannot be read: " + e.getMessage(), e);
            }
        }

        private static Optional<AuditEntry.Evidence> evidence(AuditEntry.Matter matter) {
            if (matter instanceof AuditEntry.Intent intent) {
                return Optional.of(intent.evidence());
            } else if (matter instanceof AuditEntry.Done done) {
                return Optional.of(done.evidence());
            }
            return matter instanceof AuditEntry.Refused refused ? refused.evidence() : Optional.empty();
        }

        private static Id keyOf(byte[] certificate) throws CertificateException {
            return Fingerprint.of(CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(certificate)).getPublicKey());
        }
    }
}
