package org.remotepkcs11.proxy.access;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.remotepkcs11.proxy.cards.CardJob;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.vault.CardKey;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.PinDerivation;
import org.remotepkcs11.wire.RefusedException;

/**
 * An owner wants a card added, one more put behind it, or a PIN renewed. The card at {@link #source} must be described
 * and take the PIN; {@link Gate#settle} then stores both.
 */
public final class CardCheck implements Admission.Pending, CardJob.LastLook {
    private final Intent intent;
    private final Physical physical;
    private final Remote remote;
    private final Touches touches;
    private final Hold hold = new Hold(this::end);

    CardCheck(Intent intent, Physical physical, Remote remote, Touches touches) {
        this.intent = intent;
        this.physical = physical;
        this.remote = remote;
        this.touches = touches;
    }

    /** @param right that must still hold when the card is about to be touched */
    record Physical(String source, CardPin pin, Touches.Right right) {
    }

    /**
     * What the physical card becomes, or is, part of.
     *
     * @param delegation of the owner
     * @param ownEntry   where the remote card is new
     */
    record Remote(KnownCard card, Id delegation, CardKey key, Optional<OwnEntry> ownEntry) {
    }

    /** The owner's own right to a card that is added. @param proof of the owner's virtual PIN; wiped on close */
    record OwnEntry(Id delegation, PinDerivation derivation, byte[] proof) {
    }

    Intent intent() {
        return intent;
    }

    KnownCard remote() {
        return remote.card();
    }

    CardKey key() {
        return remote.key();
    }

    /** Present where the card is new. */
    Optional<OwnEntry> ownEntry() {
        return remote.ownEntry();
    }

    /** Whether the physical card is not behind a remote card yet. */
    boolean joining() {
        return physical.right() != Touches.Right.OF_MEMBER;
    }

    @Override
    public User user() {
        return intent.user();
    }

    @Override
    public Id card() {
        return remote.card().id();
    }

    @Override
    public Id delegation() {
        return remote.delegation();
    }

    /** Of the physical card. */
    public String source() {
        return physical.source();
    }

    /** Of the physical card; belongs to this object. */
    public CardPin pin() {
        return physical.pin();
    }

    /**
     * Whoever takes the right away waits until the card is through, and no PIN is sent to a card after that.
     *
     * @throws RefusedException DELEGATION_REVOKED if the remote card was removed, its owner disabled or the owner's key
     *                          ended meanwhile; CARD_ABSENT if the physical card left
     */
    @Override
    public void check(String source) throws RefusedException {
        hold.enter();
        try {
            touches.touch(this, source, physical.right());
        } catch (RefusedException e) {
            hold.left();
            throw e;
        }
    }

    @Override
    public void left() {
        touches.leave(this);
        hold.left();
    }

    /** What is at the card now goes on. */
    @Override
    public void close() {
        hold.close();
    }

    /** Done when it is closed and the card is through with it. */
    public CompletableFuture<Void> through() {
        return hold.through();
    }

    private void end() {
        physical.pin().close();
        remote.key().close();
        remote.ownEntry().ifPresent(entry -> Arrays.fill(entry.proof(), (byte) 0));
    }
}
