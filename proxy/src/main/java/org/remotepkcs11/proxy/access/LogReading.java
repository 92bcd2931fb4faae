package org.remotepkcs11.proxy.access;

import org.remotepkcs11.proxy.audit.AuditReader;
import org.remotepkcs11.proxy.store.Work.Settlement;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Role;

/** Auditors read the log; that is an entry too. */
final class LogReading {
    private static final long PAGE_BYTES = 4L << 20;

    private final AuditReader reader;
    private final Recorder recorder;

    LogReading(AuditReader reader, Recorder recorder) {
        this.reader = reader;
        this.recorder = recorder;
    }

    /** @throws RefusedException {@link ErrorCode#ROLE_INSUFFICIENT} */
    Settlement<Ruling> read(Asked asked, Request.ReadLog read) throws RefusedException {
        if (asked.user().role() != Role.AUDITOR) {
            throw new RefusedException(ErrorCode.ROLE_INSUFFICIENT,
                    asked.user().name() + " has the role " + asked.user().role() + "; the log is read by auditors");
        }
        return recorder.done(asked, () -> new Outcome.LogRead(reader.bodies(read.from(), read.to(), PAGE_BYTES)));
    }
}
