package org.remotepkcs11.proxy.pipeline;

import java.security.SecureRandom;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.PinKey;
import org.remotepkcs11.wire.ReplayWindow;

/** What one user opened; its user's TLS key is the key that signs its requests. */
final class Session {
    private static final int NONCE_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Id id = Id.random();
    private final Id nonce = freshNonce();
    private final PinKey pinKey = PinKey.fresh();
    private final Id user;
    private final Id openedBy;
    private final ReplayWindow window = new ReplayWindow();
    private volatile long lastUsedMillis;

    Session(Id user, Id openedBy, long nowMillis) {
        this.user = user;
        this.openedBy = openedBy;
        this.lastUsedMillis = nowMillis;
    }

    Id id() {
        return id;
    }

    /** The proxy's. */
    Id nonce() {
        return nonce;
    }

    /** For a card's PIN that comes in it. */
    PinKey pinKey() {
        return pinKey;
    }

    Id user() {
        return user;
    }

    /** The operation id of its Open. */
    Id openedBy() {
        return openedBy;
    }

    ReplayWindow window() {
        return window;
    }

    long lastUsedMillis() {
        return lastUsedMillis;
    }

    void usedAt(long nowMillis) {
        lastUsedMillis = nowMillis;
    }

    private static Id freshNonce() {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        return Id.of(nonce);
    }
}
