package org.remotepkcs11.proxy.access;

import java.util.Arrays;
import java.util.Optional;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.vault.CardKey;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.PinDerivation;

/**
 * An owner wants a card added, one more put behind it, or a PIN renewed. The card at {@link #source} must be described and take the PIN;
 * {@link Gate#settle} then stores both.
 */
public final class CardCheck implements Admission.Pending {
    private final Intent intent;
    private final String source;
    private final CardPin pin;
    private final KnownCard card;
    private final CardKey key;
    private final Optional<OwnEntry> ownEntry;
    private final boolean joining;

    CardCheck(Intent intent, Granted.Physical physical, Remote remote) {
        this.intent = intent;
        this.source = physical.source();
        this.pin = physical.pin();
        this.card = remote.card();
        this.key = remote.key();
        this.ownEntry = remote.ownEntry();
        this.joining = remote.joining();
    }

    /**
     * What the physical card becomes, or is, part of.
     *
     * @param ownEntry where the remote card is new
     * @param joining  whether the physical card is not behind a remote card yet
     */
    record Remote(KnownCard card, CardKey key, Optional<OwnEntry> ownEntry, boolean joining) {
    }

    /** The owner's own right to a card that is added. @param proof of the owner's virtual PIN; wiped on close */
    record OwnEntry(Id delegation, PinDerivation derivation, byte[] proof) {
    }

    Intent intent() {
        return intent;
    }

    KnownCard card() {
        return card;
    }

    CardKey key() {
        return key;
    }

    /** Present where the card is new. */
    Optional<OwnEntry> ownEntry() {
        return ownEntry;
    }

    /** Whether the physical card is not behind a remote card yet. */
    boolean joining() {
        return joining;
    }

    @Override
    public User user() {
        return intent.user();
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public CardPin pin() {
        return pin;
    }

    @Override
    public void close() {
        pin.close();
        key.close();
        ownEntry.ifPresent(entry -> Arrays.fill(entry.proof(), (byte) 0));
    }
}
