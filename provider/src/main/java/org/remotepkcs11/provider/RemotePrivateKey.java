package org.remotepkcs11.provider;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.util.Locale;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/**
 * A private key that stays on its card: has no encoding and cannot be serialised. Destroying it makes this object
 * useless and leaves the card's key as it is.
 */
abstract sealed class RemotePrivateKey implements PrivateKey
        permits RemoteRsaPrivateKey, RemoteEcPrivateKey, RemoteEdPrivateKey {
    private static final long serialVersionUID = 1;

    private final transient CardKey key;
    private final String algorithm;
    private volatile boolean destroyed;

    RemotePrivateKey(CardKey key, String algorithm) {
        this.key = key;
        this.algorithm = algorithm;
    }

    /** @throws InvalidKeyException if destroyed, or if card or key do not take the mechanism for this use */
    final void require(Operation.Kind kind, long mechanism) throws InvalidKeyException {
        if (destroyed) {
            throw new InvalidKeyException("the key was destroyed");
        }
        if (!key.offers(kind, mechanism)) {
            throw JcaErrors.use(new RefusedException(ErrorCode.MECHANISM_FORBIDDEN, "the key " + key + " does not "
                    + kind.name().toLowerCase(Locale.ROOT) + " by mechanism 0x" + Long.toHexString(mechanism)));
        }
    }

    final byte[] apply(Operation.Kind kind, Mechanism mechanism, byte[] input) throws RefusedException {
        return usable().apply(kind, mechanism, input);
    }

    /** @param toBeSigned what is digested in the input, where that is known and short; else empty */
    final byte[] sign(Mechanism mechanism, byte[] input, byte[] toBeSigned) throws RefusedException {
        return usable().sign(mechanism, input, toBeSigned);
    }

    private CardKey usable() {
        if (destroyed) {
            throw new IllegalStateException("the key was destroyed");
        }
        return key;
    }

    /** Whether the owner wants to see what is signed. */
    final boolean tellsWhatItSigns() {
        return key.card().documentBound();
    }

    @Override
    public final String getAlgorithm() {
        return algorithm;
    }

    @Override
    public final String getFormat() {
        return null;
    }

    @Override
    public final byte[] getEncoded() {
        return null;
    }

    @Override
    public final void destroy() {
        destroyed = true;
    }

    @Override
    public final boolean isDestroyed() {
        return destroyed;
    }

    /** As other keys of Java: equal if they are of one key pair, however often a key store was asked for them. */
    @Override
    public final boolean equals(Object other) {
        return other instanceof RemotePrivateKey remote && key.fingerprint().equals(remote.key.fingerprint());
    }

    @Override
    public final int hashCode() {
        return key.fingerprint().hashCode();
    }

    private void writeObject(ObjectOutputStream out) throws NotSerializableException {
        throw new NotSerializableException("a key of a remote card");
    }

    @Override
    public final String toString() {
        return "RemotePKCS11 " + algorithm + " private key " + key;
    }
}
