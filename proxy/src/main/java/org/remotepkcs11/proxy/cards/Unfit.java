package org.remotepkcs11.proxy.cards;

import java.util.Locale;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;

/** Refusals of operations that do not fit their key. */
public final class Unfit {
    private Unfit() {
    }

    /** @param family of the key, lower case */
    public static RefusedException mechanism(Operation operation, String family) {
        return new RefusedException(ErrorCode.MECHANISM_FORBIDDEN, "the card's " + family + " key cannot "
                + operation.kind().name().toLowerCase(Locale.ROOT) + " by mechanism 0x"
                + Long.toHexString(operation.mechanism()));
    }

    public static RefusedException input(Exception cause) {
        return new RefusedException(Refusal.of(ErrorCode.INPUT_INVALID, "the card cannot do this with the data given"), cause);
    }
}
