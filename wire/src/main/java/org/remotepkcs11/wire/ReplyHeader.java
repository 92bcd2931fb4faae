package org.remotepkcs11.wire;

import java.time.Instant;
import java.util.List;

/**
 * What every reply says beside its outcome.
 *
 * @param requestHash     SHA-256 of the request's signed bytes; {@link Id#NONE} if the request could not be read
 * @param proxy           {@link Fingerprint} of the proxy's reply key
 * @param user            as the request said; {@link Id#NONE} if it could not be read
 * @param session         of the request; in Open the new one
 * @param sequence        of the request
 * @param time            at the proxy
 * @param log             where the audit log records the outcome
 * @param snapshotVersion of the user's snapshot now; empty before the user is known
 * @param loads           how busy cards are that this user may use
 */
public record ReplyHeader(Id requestHash, Id proxy, Id user, Id session, long sequence, Instant time,
                          LogPosition log, String snapshotVersion, List<CardLoad> loads) {
    public ReplyHeader {
        loads = List.copyOf(loads);
    }

    /** Says nothing of loads. */
    public ReplyHeader(Id requestHash, Id proxy, Id user, Id session, long sequence, Instant time, LogPosition log,
                       String snapshotVersion) {
        this(requestHash, proxy, user, session, sequence, time, log, snapshotVersion, List.of());
    }

    /**
     * @param index     of the entry
     * @param treeHead  C2SP tlog-checkpoint of a tree that includes the entry; empty if not logged
     * @param inclusion audit path from the entry to that head, RFC 6962 section 2.1.1
     * @param leaf      leaf hash of the entry, RFC 6962 section 2.1
     */
    public record LogPosition(long index, String treeHead, List<byte[]> inclusion, Id leaf) {
        public static final LogPosition NONE = new LogPosition(0, "", List.of(), Id.NONE);

        public LogPosition {
            inclusion = List.copyOf(inclusion);
        }
    }
}
