package org.remotepkcs11.proxy.access;

import java.util.Arrays;
import java.util.Optional;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.vault.CardKey;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.PinDerivation;

/**
 * An owner wants a card added, or its PIN renewed. The card at {@link #source} must be described and take the PIN;
 * {@link Gate#settle} then stores both.
 */
public final class CardCheck implements Admission.Pending {
    private final Intent intent;
    private final KnownCard card;
    private final String source;
    private final CardPin pin;
    private final CardKey key;
    private final Optional<OwnEntry> ownEntry;

    CardCheck(Intent intent, KnownCard card, Granted.Physical physical, CardKey key, Optional<OwnEntry> ownEntry) {
        this.intent = intent;
        this.card = card;
        this.source = physical.source();
        this.pin = physical.pin();
        this.key = key;
        this.ownEntry = ownEntry;
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
