package org.remotepkcs11.proxy.cards;

import java.time.Instant;
import java.util.Set;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/**
 * One operation that waits for a card.
 *
 * @param user     who asks: users take turns at a card
 * @param pins     asked after the last look, for the card that does it
 * @param deadline after which nobody waits for the result
 * @param lastLook asked immediately before a card is touched
 */
public record CardJob(Id user, Operation operation, Pins pins, Instant deadline, LastLook lastLook) {
    private static final Set<ErrorCode> UNTOUCHED = Set.of(ErrorCode.CARD_ABSENT, ErrorCode.CARD_BUSY,
            ErrorCode.DELEGATION_REVOKED, ErrorCode.DELEGATION_EXPIRED, ErrorCode.OUTSIDE_HOURS,
            ErrorCode.STATE_UNTRUSTED);

    /** Whether a job that ends so has touched no card. */
    public static boolean leftUntouched(ErrorCode code) {
        return UNTOUCHED.contains(code);
    }

    /** Whether the right that the job was admitted by still holds, and who is told how long a card is touched. */
    @FunctionalInterface
    public interface LastLook {
        /**
         * Must not block. Once it has returned, {@link #left} is called when the card is through, be it long after
         * the deadline.
         *
         * @param source of the card that is about to be touched
         * @throws RefusedException {@link ErrorCode#DELEGATION_REVOKED}, {@link ErrorCode#DELEGATION_EXPIRED},
         *                          {@link ErrorCode#OUTSIDE_HOURS}; {@link ErrorCode#CARD_ABSENT} where this card,
         *                          but perhaps not another, is no longer one of those that may do it
         */
        void check(String source) throws RefusedException;

        /** The card that was asked about is touched no more. */
        default void left() {
        }
    }

    /** What opens the cards. */
    @FunctionalInterface
    public interface Pins {
        /**
         * Called between {@link LastLook#check} and {@link LastLook#left}.
         *
         * @return to be closed by the worker
         * @throws RefusedException {@link ErrorCode#STATE_UNTRUSTED} where what is stored of this card does not open it
         */
        CardPin of(String source) throws RefusedException;
    }
}
