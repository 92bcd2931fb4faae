package org.remotepkcs11.proxy.access;

import java.util.Optional;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/** Operation ids: the same id with the same input is the same operation; with another it is refused. */
final class Repeats {
    private Repeats() {
    }

    /** @throws RefusedException {@link ErrorCode#OPERATION_CONFLICT} */
    static void check(Optional<Operations.Known> known, Asked asked) throws RefusedException {
        if (known.isPresent() && !known.get().sameAs(asked.user(), asked.request().inputHash())) {
            throw new RefusedException(ErrorCode.OPERATION_CONFLICT,
                    "the operation id " + asked.operation() + " was used for something else");
        }
    }
}
