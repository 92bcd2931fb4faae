package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Refusal;

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

    static void granted(Admission admission) {
        assertThat(admission).isInstanceOf(Granted.class);
        ((Granted) admission).close();
    }
}
