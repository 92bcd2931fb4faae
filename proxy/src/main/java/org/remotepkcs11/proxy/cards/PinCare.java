package org.remotepkcs11.proxy.cards;

import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.RefusedException;

/**
 * Whether a PIN may be sent to a card, so that this proxy never locks one: a stored PIN is sent until the card refuses
 * it once, and not at all when one more wrong try locks the card; what the owner has just typed is sent unless the
 * card is locked. Used only by who is alone at the card.
 */
public final class PinCare {
    private volatile boolean refused;

    /** @throws RefusedException CARD_PIN_REFUSED */
    public void beforeStored(PinState state) throws RefusedException {
        beforeEntered(state);
        if (refused) {
            throw new RefusedException(ErrorCode.CARD_PIN_REFUSED, "the card refused the stored pin before; it is not sent again");
        }
        if (state == PinState.FINAL_TRY) {
            throw new RefusedException(ErrorCode.CARD_PIN_REFUSED, "one more wrong pin locks the card; the stored pin is not sent");
        }
    }

    /** @throws RefusedException CARD_PIN_REFUSED */
    public void beforeEntered(PinState state) throws RefusedException {
        if (state == PinState.LOCKED) {
            throw new RefusedException(ErrorCode.CARD_PIN_REFUSED, "the card is locked after too many wrong pins");
        }
    }

    /** The card refused the stored PIN. */
    public RefusedException storedRefused() {
        refused = true;
        return new RefusedException(ErrorCode.CARD_PIN_REFUSED, "the card refused the stored pin");
    }

    /** The card refused what was typed, which says nothing about the stored PIN. */
    public RefusedException enteredRefused() {
        return new RefusedException(ErrorCode.CARD_PIN_REFUSED, "the card refused this pin");
    }

    public void accepted() {
        refused = false;
    }
}
