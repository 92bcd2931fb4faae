package org.remotepkcs11.proxy.cards;

import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Operation;

/**
 * One operation that waits for a card.
 *
 * @param user         who asks: users take turns at a card
 * @param pin          the submitter's: it may be closed as soon as the future is done
 * @param deadline     after which nobody waits for the result
 * @param stillAllowed asked immediately before the card is touched; must not block
 */
public record CardJob(Id user, Operation operation, CardPin pin, Instant deadline, BooleanSupplier stillAllowed) {
    /** The same for another card. */
    CardJob with(CardPin other) {
        return new CardJob(user, operation, other, deadline, stillAllowed);
    }
}
