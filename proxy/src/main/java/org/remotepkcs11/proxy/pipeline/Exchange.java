package org.remotepkcs11.proxy.pipeline;

import java.util.Optional;
import java.util.concurrent.Future;
import org.remotepkcs11.proxy.access.Caller;
import org.remotepkcs11.wire.ReceivedRequest;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;

/** One request on its way through the pipeline, and what is known of it so far. */
final class Exchange implements AutoCloseable {
    private final Permit permit;
    private final Caller caller;
    private final ReceivedRequest request;
    private final RefusedException unreadable;
    private final Laps laps = new Laps();
    private boolean verified;
    private volatile boolean abandoned;
    private volatile Future<?> awaited;

    private Exchange(Peer peer, Permit permit, ReceivedRequest request, RefusedException unreadable) {
        this.permit = permit;
        this.caller = peer.caller();
        this.request = request;
        this.unreadable = unreadable;
    }

    /**
     * Takes the request apart before anything is judged, so that whatever refusal comes can name the request.
     *
     * @param body becomes this object's
     */
    static Exchange of(Peer peer, Permit permit, byte[] body) {
        try {
            return new Exchange(peer, permit, ReceivedRequest.decode(body), null);
        } catch (RefusedException e) {
            return new Exchange(peer, permit, null, e);
        }
    }

    /** Of a request that was not read to its end. */
    static Exchange unread(Peer peer, Refusal refusal) {
        return new Exchange(peer, null, null, new RefusedException(refusal));
    }

    Laps laps() {
        return laps;
    }

    Caller caller() {
        return caller;
    }

    /** @throws RefusedException if it could not be read */
    ReceivedRequest request() throws RefusedException {
        if (request == null) {
            throw unreadable;
        }
        return request;
    }

    Optional<ReceivedRequest> readable() {
        return Optional.ofNullable(request);
    }

    void markVerified() {
        verified = true;
    }

    /** As evidence for the log: only what its user signed. */
    Optional<ReceivedRequest> verified() {
        return verified ? Optional.of(request) : Optional.empty();
    }

    /** From here on this only waits, and takes no place from others; given up when the peer goes away. */
    void waitFor(Future<?> future) {
        permit.close();
        awaited = future;
        if (abandoned) {
            future.cancel(false);
        }
    }

    void abandon() {
        abandoned = true;
        Future<?> future = awaited;
        if (future != null) {
            future.cancel(false);
        }
    }

    /** Wipes the secret; all else can still be read. */
    @Override
    public void close() {
        if (request != null) {
            request.close();
        }
    }
}
