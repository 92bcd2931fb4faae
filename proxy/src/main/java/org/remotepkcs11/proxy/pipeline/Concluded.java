package org.remotepkcs11.proxy.pipeline;

import org.remotepkcs11.proxy.access.Recorded;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.ReplyHeader.LogPosition;

/** What the reply to a request will say; recorded durably unless {@code recorded} says otherwise. */
record Concluded(Outcome outcome, Recorded recorded) {
    static Concluded refused(Refusal refusal, Recorded recorded) {
        return new Concluded(new Outcome.Refused(refusal), recorded);
    }

    /** Where the log could not be written: nothing but the refusal itself is told. */
    static Concluded unrecorded(Refusal refusal) {
        return refused(refusal, new Recorded(LogPosition.NONE, ""));
    }
}
