package org.remotepkcs11.proxy.audit;

import java.util.List;
import java.util.Optional;
import org.remotepkcs11.wire.Checkpoint;

/**
 * What the verification of a log found.
 *
 * @param entries  in the log
 * @param head     the log's own signed tree head, if its signature is right; entries from {@code head.size} on are not
 *                 covered by it
 * @param findings what is wrong, at most 100; empty: the log is as it was written
 */
public record AuditReport(long entries, Optional<Checkpoint> head, List<Finding> findings, Counts counts) {
    public AuditReport {
        findings = List.copyOf(findings);
    }

    /** @param index of the entry it was found at */
    public record Finding(long index, String problem) {
    }

    /**
     * @param signedRequests whose signatures were verified
     * @param open           intents without outcome, as of requests under way
     */
    public record Counts(long signedRequests, long intents, long outcomes, long refusals, long open) {
    }

    public boolean sound() {
        return findings.isEmpty();
    }

    /** Entries that no signed tree head covers yet. */
    public long uncovered() {
        return entries - head.map(Checkpoint::size).orElse(0L);
    }
}
