package org.remotepkcs11.client;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RequestHeader;

/** A session as the proxy opened it. */
final class Session {
    private final Id id;
    private final Id proxyNonce;
    private final Duration idle;
    private final Id pinKey;
    private final AtomicLong sequence = new AtomicLong();
    // By the wall clock, which goes on while a laptop sleeps.
    private volatile Instant lastAnswer = Instant.now();

    Session(Outcome.Opened opened) {
        this.id = opened.session();
        this.proxyNonce = opened.proxyNonce();
        this.idle = opened.idle();
        this.pinKey = opened.pinKey();
    }

    RequestHeader next(Id proxy, Id user, Id operation) {
        return new RequestHeader(proxy, user, id, proxyNonce, sequence.incrementAndGet(), operation, Instant.now());
    }

    /** For whom a card's PIN is sealed. */
    Id pinKey() {
        return pinKey;
    }

    void answered() {
        lastAnswer = Instant.now();
    }

    Duration quiet() {
        return Duration.between(lastAnswer, Instant.now()).abs();
    }

    /** Whether the proxy has surely ended it. */
    boolean expired() {
        return !idle.isZero() && quiet().compareTo(idle) >= 0;
    }
}
