package org.remotepkcs11.proxy.access;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.proxy.audit.AuditLog;
import org.remotepkcs11.proxy.audit.AuditReader;
import org.remotepkcs11.proxy.store.Batch;
import org.remotepkcs11.proxy.store.Work.Settlement;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.ReceivedRequest;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.ReplyHeader.LogPosition;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Snapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what was decided into the audit log and makes the ruling that tells where it stands. */
final class Recorder {
    private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);

    private final AuditLog log;

    Recorder(AuditLog log) {
        this.log = log;
    }

    /** Of what is committed. */
    AuditReader reader() {
        return log.reader();
    }

    /** Makes an outcome that needs the durable state. */
    @FunctionalInterface
    interface Making {
        Outcome outcome() throws RefusedException;
    }

    Settlement<Ruling> done(Asked asked, Outcome outcome) {
        return done(asked, () -> outcome);
    }

    Settlement<Ruling> done(Asked asked, Making making) {
        long index = appendDone(asked);
        return batch -> {
            LogPosition position = log.position(batch, index);
            return Ruling.of(asked.user(), snapshot -> new Admission.Done(asked.user(), making.outcome(),
                    new Recorded(position, snapshot.version())));
        };
    }

    Settlement<Ruling> opened(Asked asked, Request.Open open) {
        long index = appendDone(asked);
        return batch -> {
            LogPosition position = log.position(batch, index);
            List<byte[]> consistency = log.consistency(batch, open.knownTreeSize());
            return Ruling.of(asked.user(), snapshot -> new Admission.Opened(asked.user(),
                    news(snapshot, open.knownSnapshot()), consistency, new Recorded(position, snapshot.version())));
        };
    }

    private static Optional<Snapshot> news(Snapshot snapshot, String known) throws RefusedException {
        if (snapshot.version().isEmpty()) {
            throw new RefusedException(ErrorCode.PROXY_FAILED, "the proxy could not read which cards there are");
        }
        return snapshot.version().equals(known) ? Optional.empty() : Optional.of(snapshot);
    }

    private long appendDone(Asked asked) {
        return append(asked.batch(), new AuditEntry(asked.now(),
                new AuditEntry.Done(asked.evidence(), asked.right())));
    }

    Settlement<Ruling> denied(Asked asked, Caller caller, Refusal refusal) {
        return refused(asked.batch(), asked.user(), asked.right(),
                new Turned(caller, Optional.of(asked.request()), refusal, asked.now()));
    }

    /** Somebody enrolled is turned away. @param verified the request, if its signature was right */
    record Turned(Caller caller, Optional<ReceivedRequest> verified, Refusal refusal, Instant now) {
    }

    Settlement<Ruling> refused(Batch batch, User user, AuditEntry.Right right, Turned turned) {
        if (turned.refusal.code() == ErrorCode.STATE_UNTRUSTED) {
            LOG.error("a request of {} was refused: {}", user.name(), turned.refusal.detail());
        }
        long index = append(batch, new AuditEntry(turned.now, new AuditEntry.Refused(turned.caller.fingerprint(),
                turned.caller.address(), turned.verified.map(Asked::evidence), right, turned.refusal, 0)));
        return told(user, index, recorded -> new Admission.Denied(turned.refusal, recorded));
    }

    Settlement<Ruling> refusedStranger(Batch batch, Caller caller, Refusal refusal, Stranger stranger) {
        long index = append(batch, new AuditEntry(stranger.now, new AuditEntry.Refused(caller.fingerprint(),
                caller.address(), Optional.empty(), AuditEntry.Right.NONE, refusal, stranger.unlisted)));
        return settling -> {
            Recorded recorded = new Recorded(log.position(settling, index), "");
            return Ruling.ofStranger(snapshot -> new Admission.Denied(refusal, recorded));
        };
    }

    /** A refusal of somebody not enrolled that is to be listed. @param unlisted those before it that were only counted */
    record Stranger(Instant now, long unlisted) {
    }

    /** Of an intent: {@link Admission.Denied} with the refusal in it, or {@link Admission.Done}. */
    Settlement<Ruling> concluded(Batch batch, User user, Instant now, AuditEntry.Outcome outcome) {
        long index = append(batch, new AuditEntry(now, outcome));
        return told(user, index, recorded -> outcome.refusal().isPresent()
                ? new Admission.Denied(outcome.refusal().get(), recorded)
                : new Admission.Done(user, new Outcome.Administered(Id.NONE), recorded));
    }

    private Settlement<Ruling> told(User user, long index, Function<Recorded, Admission> admission) {
        return batch -> {
            LogPosition position = log.position(batch, index);
            return Ruling.of(user, snapshot -> admission.apply(new Recorded(position, snapshot.version())));
        };
    }

    long append(Batch batch, AuditEntry entry) {
        return log.append(batch, entry);
    }
}
