package org.remotepkcs11.proxy.pipeline;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RequestHeader;

/** The sessions of all users: in memory alone, so that a restart ends them all and no old message fits. */
final class Sessions {
    /**
     * @param idle    a session ends after so long without a request
     * @param perUser the user's least recently used one makes room for a new one
     * @param total   of all users
     */
    record Bounds(Duration idle, int perUser, int total) {
    }

    private final Bounds bounds;
    private final InstantSource clock;
    private final Map<Id, Session> sessions = new ConcurrentHashMap<>();
    private final Map<Id, List<Session>> byUser = new ConcurrentHashMap<>();

    Sessions(Bounds bounds, InstantSource clock) {
        this.bounds = bounds;
        this.clock = clock;
    }

    /** @throws RefusedException {@link ErrorCode#PROXY_BUSY} if other users hold all sessions */
    Session open(Id user) throws RefusedException {
        if (sessions.size() >= bounds.total()) {
            endIdle();
        }
        Session session = new Session(user, clock.millis());
        byUser.compute(user, (who, theirs) -> {
            List<Session> kept = theirs == null ? List.of() : withRoom(theirs);
            return Stream.concat(kept.stream(), Stream.of(session)).toList();
        });
        sessions.put(session.id(), session);
        if (sessions.size() > bounds.total()) {
            end(session);
            throw new RefusedException(ErrorCode.PROXY_BUSY, "all sessions are taken");
        }
        return session;
    }

    private List<Session> withRoom(List<Session> theirs) {
        if (theirs.size() < bounds.perUser()) {
            return theirs;
        }
        Session oldest = theirs.stream().min(Comparator.comparingLong(Session::lastUsedMillis)).orElseThrow();
        sessions.remove(oldest.id());
        return theirs.stream().filter(session -> session != oldest).toList();
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
