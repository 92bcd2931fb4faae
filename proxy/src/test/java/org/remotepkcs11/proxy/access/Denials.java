package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;

/** What tests ask of admissions. */
final class Denials {
    private Denials() {
    }

    static Refusal refusal(Admission admission) {
        assertThat(admission).isInstanceOf(Admission.Denied.class);
        return ((Admission.Denied) admission).refusal();
    }

    static ErrorCode denied(Admission admission) {
        return refusal(admission).code();
    }

    /** Whether the right still holds when the physical card is about to be touched. */
    static boolean mayTouch(Granted granted) {
        try {
            granted.check(Office.SOURCE);
            return true;
        } catch (RefusedException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.DELEGATION_REVOKED);
            return false;
        }
    }

    /** As a card's worker gets it. */
    static String pin(Granted granted, String source) throws RefusedException {
        granted.check(source);
        try (CardPin pin = granted.of(source)) {
            return new String(pin.utf8(), StandardCharsets.UTF_8);
        } finally {
            granted.left();
        }
    }

    static void granted(Admission admission) {
        assertThat(admission).isInstanceOf(Granted.class);
        ((Granted) admission).close();
    }
}
