package org.remotepkcs11.client;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.Secret;

/**
 * The right of one application to use one remote card: holds the proof of the virtual PIN, never the PIN. Closing it
 * wipes the proof; operations after that are refused.
 */
public final class Login implements AutoCloseable {
    private final RemoteCard card;
    private final Id keySet;
    private final byte[] proof;
    private Refusal ended;

    Login(RemoteCard card, byte[] proof) {
        this.card = card;
        this.keySet = card.sets().get(0).id();
        this.proof = proof.clone();
    }

    /** As it was at login. */
    public RemoteCard card() {
        return card;
    }

    /** Names the keys that the card was shown with. */
    Id keySet() {
        return keySet;
    }

    /** Whether operations may still be asked for. */
    public boolean isOpen() {
        return ended().isEmpty();
    }

    synchronized Optional<Refusal> ended() {
        return Optional.ofNullable(ended);
    }

    /** What a request carries. @throws RefusedException why this login ended */
    synchronized Secret secret() throws RefusedException {
        if (ended != null) {
            throw new RefusedException(ended);
        }
        return Secret.ofPinProof(proof);
    }

    /** What a change of the PIN carries; the new proof is copied. @throws RefusedException why this login ended */
    synchronized Secret secret(byte[] newProof) throws RefusedException {
        if (ended != null) {
            throw new RefusedException(ended);
        }
        return Secret.of(proof, newProof, new byte[0]);
    }

    /** The proxy called the proof wrong: it is not sent again. */
    synchronized void end(Refusal reason) {
        if (ended == null) {
            ended = reason;
            Arrays.fill(proof, (byte) 0);
        }
    }

    /** Whether one proof can stand for operations of both. */
    boolean sharesProofWith(Login other) {
        if (this == other) {
            return true;
        }
        byte[] theirs = other.copy();
        byte[] ours = copy();
        try {
            return ours.length > 0 && MessageDigest.isEqual(ours, theirs);
        } finally {
            Arrays.fill(ours, (byte) 0);
            Arrays.fill(theirs, (byte) 0);
        }
    }

    private synchronized byte[] copy() {
        return ended == null ? proof.clone() : new byte[0];
    }

    @Override
    public void close() {
        end(Refusal.of(ErrorCode.PIN_MISSING, "logged out"));
    }

    @Override
    public String toString() {
        return "login to " + card.token().label();
    }
}
