package org.remotepkcs11.wire;

import java.util.concurrent.atomic.AtomicReference;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;

/**
 * A proxy's key for the card PIN that may come in one session. It is in memory alone and opens one PIN, so what a buffer
 * may keep of that message has no key any more.
 */
public final class PinKey {
    private final Id publicKey;
    private final AtomicReference<AsymmetricCipherKeyPair> pair;

    PinKey(AsymmetricCipherKeyPair pair) {
        this.publicKey = Id.owning(((X25519PublicKeyParameters) pair.getPublic()).getEncoded());
        this.pair = new AtomicReference<>(pair);
    }

    public static PinKey fresh() {
        return new PinKey(CardPinSeal.freshKeyPair());
    }

    /** X25519 (RFC 7748), 32 bytes: what Opened announces. */
    public Id publicKey() {
        return publicKey;
    }

    /** The private half, once. @throws RefusedException SESSION_UNKNOWN the second time: another session has another */
    AsymmetricCipherKeyPair take() throws RefusedException {
        AsymmetricCipherKeyPair taken = pair.getAndSet(null);
        if (taken == null) {
            throw new RefusedException(ErrorCode.SESSION_UNKNOWN,
                    "this session took a card's pin before; another takes one more");
        }
        return taken;
    }
}
