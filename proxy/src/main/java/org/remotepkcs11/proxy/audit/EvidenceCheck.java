package org.remotepkcs11.proxy.audit;

import java.io.ByteArrayInputStream;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.KeptRequest;
import org.remotepkcs11.wire.RefusedException;

/** Verifies what the entries say, in their order: users by the certificates that the log itself keeps. */
final class EvidenceCheck {
    private final Findings findings;
    private final Map<Id, PublicKey> users = new HashMap<>();
    private final Set<Long> openIntents = new HashSet<>();
    private long signedRequests;
    private long intents;
    private long outcomes;
    private long refusals;

    EvidenceCheck(Findings findings) {
        this.findings = findings;
    }

    /** Told of what is wrong. */
    @FunctionalInterface
    interface Findings {
        void found(long index, String problem);
    }

    void entry(long index, AuditEntry entry) {
        AuditEntry.Matter matter = entry.matter();
        if (matter instanceof AuditEntry.Intent intent) {
            intents++;
            openIntents.add(index);
            check(index, intent.evidence());
        } else if (matter instanceof AuditEntry.Done done) {
            check(index, done.evidence());
        } else if (matter instanceof AuditEntry.Refused refused) {
            refusals++;
            refused.evidence().ifPresent(evidence -> check(index, evidence));
        } else if (matter instanceof AuditEntry.Outcome outcome) {
            outcomes++;
            if (!openIntents.remove(outcome.intent())) {
                findings.found(index, "the outcome is of entry " + outcome.intent() + ", which is no open intent");
            }
        } else if (matter instanceof AuditEntry.Happened happened && happened.certificate().length > 0) {
            enrolled(index, happened.certificate());
        }
    }

    private void enrolled(long index, byte[] certificate) {
        try {
            PublicKey key = CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(certificate)).getPublicKey();
            users.put(Fingerprint.of(key), key);
        } catch (CertificateException e) {
            findings.found(index, "the certificate of who enrolled cannot be read");
        }
    }

    private void check(long index, AuditEntry.Evidence evidence) {
        signedRequests++;
        PublicKey user = users.get(evidence.user());
        if (user == null) {
            findings.found(index, "the request is of " + evidence.user() + ", who never enrolled");
            return;
        }
        try {
            if (!KeptRequest.decode(evidence.body()).isSignedBy(user, evidence.signature())) {
                findings.found(index, "the request is not signed by its user");
            }
        } catch (RefusedException e) {
            findings.found(index, "the request cannot be read: " + e.refusal().detail());
        }
    }

    AuditReport.Counts counts() {
        return new AuditReport.Counts(signedRequests, intents, outcomes, refusals, openIntents.size());
    }
}
