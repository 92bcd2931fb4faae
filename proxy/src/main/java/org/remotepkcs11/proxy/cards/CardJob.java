package org.remotepkcs11.proxy.cards;

import java.time.Instant;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/**
 * One operation that waits for a card.
 *
 * @param user     who asks: users take turns at a card
 * @param pin      the submitter's: it may be closed as soon as the future is done
 * @param deadline after which nobody waits for the result
 * @param lastLook asked immediately before a card is touched
 */
public record CardJob(Id user, Operation operation, CardPin pin, Instant deadline, LastLook lastLook) {
    /** Whether the right that the job was admitted by still holds, and who is told how long a card is touched. */
    @FunctionalInterface
    public interface LastLook {
        /**
         * Must not block. Once it has returned, {@link #left} is called when the card is through, be it long after
         * the deadline.
         *
         * @param source of the card that is about to be touched
         * @throws RefusedException {@link ErrorCode#DELEGATION_REVOKED}; {@link ErrorCode#CARD_ABSENT} where this card,
         *                          but perhaps not another, is no longer one of those that may do it
         */
        void check(String source) throws RefusedException;

        /** The card that was asked about is touched no more. */
        default void left() {
        }
    }

    /** The same for another card. */
    CardJob with(CardPin other) {
        return new CardJob(user, operation, other, deadline, lastLook);
    }
}
