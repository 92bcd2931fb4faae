package org.remotepkcs11.proxy.pipeline;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RequestHeader;

/** The sessions of all users: in memory alone, so that a restart ends them all and no old message fits. */
final class Sessions {
    private final ServiceBounds.OfSessions bounds;
    private final InstantSource clock;
    private final Map<Id, Session> sessions = new ConcurrentHashMap<>();
    private final Map<Id, List<Session>> byUser = new ConcurrentHashMap<>();

    Sessions(ServiceBounds.OfSessions bounds, InstantSource clock) {
        this.bounds = bounds;
        this.clock = clock;
    }

    /**
     * A new session, or the one that this very operation opened before.
     *
     * @throws RefusedException {@link ErrorCode#PROXY_BUSY} if other users hold all sessions
     */
    Session open(Id user, Id operation) throws RefusedException {
        if (sessions.size() >= bounds.total()) {
            endIdle();
        }
        Session fresh = new Session(user, operation, clock.millis());
        List<Session> theirs = byUser.compute(user, (who, before) ->
                before == null ? List.of(fresh) : opened(before, operation).isPresent() ? before : with(before, fresh));
        Session session = opened(theirs, operation).orElseThrow();
        sessions.putIfAbsent(session.id(), session);
        if (sessions.size() > bounds.total()) {
            end(session);
            throw new RefusedException(ErrorCode.PROXY_BUSY, "all sessions are taken");
        }
        return session;
    }

    private static Optional<Session> opened(List<Session> theirs, Id operation) {
        return theirs.stream().filter(session -> session.openedBy().equals(operation)).findFirst();
    }

    private List<Session> with(List<Session> theirs, Session fresh) {
        Stream<Session> kept = theirs.stream();
        if (theirs.size() >= bounds.perUser()) {
            Session oldest = theirs.stream().min(Comparator.comparingLong(Session::lastUsedMillis)).orElseThrow();
            sessions.remove(oldest.id());
            kept = kept.filter(session -> session != oldest);
        }
        return Stream.concat(kept, Stream.of(fresh)).toList();
    }

    /**
     * The session of a request whose sequence number is new.
     *
     * @param user whose signature the request carries
     * @throws RefusedException {@link ErrorCode#SESSION_UNKNOWN} or {@link ErrorCode#REPLAYED}
     */
    Session freshen(RequestHeader header, Id user) throws RefusedException {
        Session session = sessions.get(header.session());
        long now = clock.millis();
        if (session == null || !session.user().equals(user) || !session.nonce().equals(header.proxyNonce())) {
            throw unknown();
        }
        if (idle(session, now)) {
            end(session);
            throw unknown();
        }
        if (!session.window().accept(header.sequence())) {
            throw new RefusedException(ErrorCode.REPLAYED, "the sequence number " + header.sequence()
                    + " was used in this session");
        }
        session.usedAt(now);
        return session;
    }

    private static RefusedException unknown() {
        return new RefusedException(ErrorCode.SESSION_UNKNOWN, "there is no such session of this user");
    }

    /** To be called now and then. */
    void endIdle() {
        long now = clock.millis();
        sessions.values().stream().filter(session -> idle(session, now)).forEach(this::end);
    }

    private boolean idle(Session session, long now) {
        return now - session.lastUsedMillis() > bounds.idle().toMillis();
    }

    private void end(Session session) {
        sessions.remove(session.id());
        byUser.computeIfPresent(session.user(), (who, theirs) -> {
            List<Session> rest = theirs.stream().filter(other -> other != session).toList();
            return rest.isEmpty() ? null : rest;
        });
    }

    int size() {
        return sessions.size();
    }

    Duration idle() {
        return bounds.idle();
    }
}
