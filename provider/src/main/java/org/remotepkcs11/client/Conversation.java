package org.remotepkcs11.client;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.remotepkcs11.wire.CardLoad;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Reply;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.RequestHeader;
import org.remotepkcs11.wire.Secret;
import org.remotepkcs11.wire.Snapshot;
import org.remotepkcs11.wire.SoftwareProviders;

/**
 * What one user says to one proxy: opens a session at need, repeats an operation under its own id after a fault, opens
 * anew where the proxy forgot the session. No lock is held while a message travels.
 */
final class Conversation implements AutoCloseable {
    private static final int NONCE_BYTES = 32;

    private final Line line;
    private final LogMemory log;
    private final Receipts receipts;
    private final Keepsakes keepsakes;
    private final Sessions sessions = new Sessions(this::open);
    private final OwnersDecision ownersDecision = new OwnersDecision(this);
    private volatile Snapshot snapshot;
    /** The snapshot's version by the last answer. */
    private volatile String announced = "";
    /** By the last answers; a card that is not in it is idle. */
    private final Map<Id, CardLoad> loads = new ConcurrentHashMap<>();

    Conversation(Line line, LogMemory log, Receipts receipts) {
        this.line = line;
        this.log = log;
        this.receipts = receipts;
        this.keepsakes = new Keepsakes(log, receipts);
    }

    Id proxy() {
        return line.proxy();
    }

    long requests() {
        return line.requests();
    }

    Optional<Duration> clockDifference() {
        return line.clockDifference();
    }

    /** What the proxy answers, other than a refusal. @param secret is not closed */
    Outcome ask(Request request, Secret secret, Deadline deadline) throws RefusedException {
        Id operation = Id.random();
        Attempts attempts = new Attempts(deadline, snapshot != null);
        while (true) {
            try {
                return askOnce(request, secret, operation, deadline);
            } catch (RefusedException e) {
                if (e.code() != ErrorCode.APPROVAL_PENDING || deadline.passed()
                        || Thread.currentThread().isInterrupted()) {
                    attempts.pause(e);
                }
            }
        }
    }

    private Outcome askOnce(Request request, Secret secret, Id operation, Deadline deadline) throws RefusedException {
        Session session = sessions.current(deadline);
        Reply reply = line.exchange(session.next(line.proxy(), line.user(), operation), request,
                secret.forReader(session.pinKey()), deadline);
        session.answered();
        notice(reply);
        notice(request, reply.header().loads());
        if (reply.outcome() instanceof Outcome.Refused refused) {
            if (refused.refusal().code() == ErrorCode.SESSION_UNKNOWN) {
                sessions.forget(session);
            }
            if (refused.refusal().code() == ErrorCode.APPROVAL_PENDING) {
                ownersDecision.await(refused.refusal(), operation, deadline);
            }
            throw new RefusedException(refused.refusal());
        }
        Optional<Refusal> busy = BusyCard.ofAll(reply.outcome());
        if (busy.isPresent()) {
            throw new RefusedException(busy.get());
        }
        return reply.outcome();
    }

    private void notice(Reply reply) throws RefusedException {
        log.seen(reply.header().log());
        receipts.keep(reply);
        keepsakes.changed();
        if (!reply.header().snapshotVersion().isEmpty()) {
            announced = reply.header().snapshotVersion();
        }
    }

    private void notice(Request request, List<CardLoad> told) {
        if (request instanceof Request.Use use) {
            loads.remove(use.card());
        } else if (request instanceof Request.Login login) {
            loads.remove(login.card());
        }
        told.forEach(load -> loads.put(load.card(), load));
    }

    /** How busy a card is by the last answer; empty if nothing waits for it, or nothing was told yet. */
    Optional<CardLoad> load(Id card) {
        return Optional.ofNullable(loads.get(card));
    }

    /** As it is now by all that the proxy has said; asks only if there is a reason to. */
    Snapshot snapshot(Deadline deadline) throws RefusedException {
        session(deadline);
        Snapshot known = snapshot;
        return known.version().equals(announced) ? known : refresh(deadline);
    }

    /** As the proxy says now. */
    Snapshot refresh(Deadline deadline) throws RefusedException {
        if (snapshot != null) {
            sessions.forget(session(deadline));
        }
        session(deadline);
        return snapshot;
    }

    /** The largest tree of the log that the proxy showed; asks only if none is known. */
    String treeHead(Deadline deadline) throws RefusedException {
        session(deadline);
        return log.head().note();
    }

    /** The next {@link #snapshot} asks. */
    void outdate() {
        announced = "";
    }

    private Session session(Deadline deadline) throws RefusedException {
        Attempts attempts = new Attempts(deadline, snapshot != null);
        while (true) {
            try {
                return sessions.current(deadline);
            } catch (RefusedException e) {
                attempts.pause(e);
            }
        }
    }

    private Session open(Deadline deadline) throws RefusedException {
        byte[] random = new byte[NONCE_BYTES];
        SoftwareProviders.random().nextBytes(random);
        Id nonce = Id.of(random);
        Snapshot known = snapshot;
        LogMemory.Head remembered = log.head();
        Request.Open request = new Request.Open(nonce, known == null ? "" : known.version(), remembered.size());
        RequestHeader header = new RequestHeader(line.proxy(), line.user(), Id.NONE, Id.NONE, 0, Id.random(),
                Instant.now());
        Reply reply = line.exchange(header, request, Secret.none(), deadline);
        if (reply.outcome() instanceof Outcome.Refused refused) {
            throw new RefusedException(refused.refusal());
        }
        Outcome.Opened opened = (Outcome.Opened) reply.outcome();
        log.continues(remembered, reply.header().log(), opened.consistency());
        snapshot = opened.snapshot().orElse(known);
        if (snapshot == null) {
            throw new RefusedException(ErrorCode.REPLY_INVALID, "the answer holds no snapshot");
        }
        announced = snapshot.version();
        loads.clear();
        notice(request, reply.header().loads());
        keepsakes.changed();
        return new Session(opened);
    }

    @Override
    public void close() {
        line.close();
        keepsakes.close();
    }
}
