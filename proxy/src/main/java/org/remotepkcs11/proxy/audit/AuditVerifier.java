package org.remotepkcs11.proxy.audit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.remotepkcs11.wire.Checkpoint;
import org.remotepkcs11.wire.MerkleProofs;
import org.remotepkcs11.wire.NoteVerifier;
import org.remotepkcs11.wire.RefusedException;

/**
 * Verifies a log without its proxy: no entry is missing, added or changed, each request is its user's, each outcome is
 * of an intent, and the log continues every tree head that is remembered of it.
 */
public final class AuditVerifier {
    private static final int MOST_FINDINGS = 100;

    private final LogCopy copy;
    private final NoteVerifier log;
    private final List<String> remembered;
    private final List<AuditReport.Finding> findings = new ArrayList<>();
    private final Map<Long, List<Checkpoint>> expected = new HashMap<>();
    private final EvidenceCheck evidence = new EvidenceCheck(this::found);
    private Frontier frontier = Frontier.EMPTY;
    private long next;

    private AuditVerifier(LogCopy copy, NoteVerifier log, List<String> remembered) {
        this.copy = copy;
        this.log = log;
        this.remembered = remembered;
    }

    /**
     * @param log        whose signature on tree heads counts
     * @param remembered signed tree heads seen earlier, as in receipts: the log must continue each
     * @throws IOException if the copy cannot be read
     */
    public static AuditReport verify(LogCopy copy, NoteVerifier log, List<String> remembered) throws IOException {
        return new AuditVerifier(copy, log, remembered).run();
    }

    private AuditReport run() throws IOException {
        Optional<Checkpoint> head = copy.head().flatMap(note -> expect(note, "the log's own tree head"));
        remembered.forEach(note -> expect(note, "a remembered tree head"));
        compareRoot();
        copy.forEach(this::entry);
        if (head.isEmpty() && next > 0) {
            found(next - 1, "the log has no tree head of its own that is signed right");
        }
        expected.forEach((size, heads) -> {
            if (size > next) {
                found(size - 1, "a signed tree head tells of " + size + " entries; entries were cut off");
            }
        });
        return new AuditReport(next, head, findings, evidence.counts());
    }

    private Optional<Checkpoint> expect(String note, String what) {
        try {
            Checkpoint head = Checkpoint.verify(note, log);
            expected.computeIfAbsent(head.size(), size -> new ArrayList<>()).add(head);
            return Optional.of(head);
        } catch (RefusedException e) {
            found(0, what + " is not right: " + e.refusal().detail());
            return Optional.empty();
        }
    }

    private void entry(long index, byte[] body) {
        if (index != next) {
            found(next, index > next ? "entries " + next + " to " + (index - 1) + " are missing"
                    : "entry " + index + " stands where entry " + next + " should be");
        }
        frontier = frontier.append(MerkleProofs.leafHash(body), (level, position, hash) -> { });
        try {
            evidence.entry(index, AuditEntryCodec.decode(body));
        } catch (UnreadableEntryException e) {
            found(index, e.getMessage());
        }
        next = Math.max(next, index) + 1;
        compareRoot();
    }

    private void compareRoot() {
        for (Checkpoint head : expected.getOrDefault(frontier.size(), List.of())) {
            if (frontier.size() == next && !Arrays.equals(head.root().bytes(), root())) {
                found(Math.max(0, next - 1), "the first " + next
                        + " entries are not those of the tree head that was signed for them");
            }
        }
    }

    private byte[] root() {
        return frontier.size() == 0 ? MerkleProofs.emptyRoot() : frontier.root();
    }

    private void found(long index, String problem) {
        if (findings.size() < MOST_FINDINGS) {
            findings.add(new AuditReport.Finding(index, problem));
        }
    }
}
