package org.remotepkcs11.proxy.access;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.WeeklyHours;

/** Whether a person may use a remote card at all: not revoked, in time, within the count. */
final class Rights {
    private static final DateTimeFormatter THERE = DateTimeFormatter.ofPattern("EEE HH:mm", Locale.ROOT);

    private final Tables tables;

    Rights(Tables tables) {
        this.tables = tables;
    }

    /** @throws RefusedException {@link ErrorCode#CARD_UNKNOWN}, {@link ErrorCode#DELEGATION_REVOKED} */
    Delegation inForce(Asked asked, Id card) throws RefusedException {
        Delegation delegation = tables.delegations().latest(asked.handle(), asked.user().id(), card)
                .orElseThrow(() -> new RefusedException(ErrorCode.CARD_UNKNOWN,
                        "there is no card " + card + " that " + asked.user().name() + " may use"));
        asked.by(card, delegation.id());
        if (delegation.revoked()) {
            throw new RefusedException(ErrorCode.DELEGATION_REVOKED,
                    "the delegation " + delegation.id() + " was revoked");
        }
        return delegation;
    }

    /**
     * @throws RefusedException {@link ErrorCode#DELEGATION_NOT_YET}, {@link ErrorCode#DELEGATION_EXPIRED},
     *                          {@link ErrorCode#OUTSIDE_HOURS}
     */
    static void checkTime(Delegation delegation, Instant now) throws RefusedException {
        Limits limits = delegation.limits();
        if (limits.notBefore().isPresent() && now.isBefore(limits.notBefore().get())) {
            throw new RefusedException(ErrorCode.DELEGATION_NOT_YET,
                    "the delegation begins at " + limits.notBefore().get() + "; it is " + now + " now");
        }
        if (limits.notAfter().isPresent() && now.isAfter(limits.notAfter().get())) {
            throw new RefusedException(ErrorCode.DELEGATION_EXPIRED,
                    "the delegation ended at " + limits.notAfter().get() + "; it is " + now + " now");
        }
        if (limits.hours().isPresent() && !limits.hours().get().include(now)) {
            WeeklyHours hours = limits.hours().get();
            throw new RefusedException(ErrorCode.OUTSIDE_HOURS, "the delegation is for " + hours + "; there it is "
                    + THERE.format(now.atZone(hours.zone())));
        }
    }

    /** @throws RefusedException {@link ErrorCode#DELEGATION_USED_UP} */
    void checkCount(Delegation delegation, Tally tally, long more) throws RefusedException {
        long most = delegation.limits().maxOperations();
        if (most > 0 && tally.operations() + more > most) {
            throw new RefusedException(ErrorCode.DELEGATION_USED_UP, "of " + most + " operations "
                    + Math.max(0, most - tally.operations()) + " are left; " + more + " were asked for");
        }
    }
}
