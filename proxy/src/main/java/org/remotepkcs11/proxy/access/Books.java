package org.remotepkcs11.proxy.access;

import java.security.MessageDigest;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.remotepkcs11.proxy.audit.AuditLog;
import org.remotepkcs11.proxy.store.Journal;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log and the rules, kept in step: whoever puts an old row back, adds one or takes one away by hand, is found out,
 * because the sum over all rows is sealed together with the size of the log.
 */
final class Books implements Journal {
    private static final Logger LOG = LoggerFactory.getLogger(Books.class);

    private final AuditLog log;
    private final RowSum rows;
    private final Runnable onForeignWrite;
    private boolean sound = true;

    /** @param onForeignWrite told when anybody else may have written */
    Books(AuditLog log, RowSum rows, Runnable onForeignWrite) {
        this.log = log;
        this.rows = rows;
        this.onForeignWrite = onForeignWrite;
    }

    @Override
    public void begin(Handle handle, boolean foreign) throws RefusedException {
        log.begin(handle, foreign);
        if (foreign) {
            rows.readAgain(handle);
            sound = isSealed(handle);
            if (!sound) {
                LOG.error("the stored rules are not as the proxy left them: rows were put back, added or deleted");
            }
            onForeignWrite.run();
        }
    }

    private boolean isSealed(Handle handle) {
        Optional<byte[]> seal = handle.select("SELECT seal FROM policy_state WHERE id = 1").mapTo(byte[].class)
                .findOne();
        return seal.map(stored -> MessageDigest.isEqual(stored, rows.sealed(log.size()))).orElse(log.size() == 0);
    }

    /** @throws RefusedException {@link ErrorCode#STATE_UNTRUSTED} */
    void check() throws RefusedException {
        if (!sound) {
            throw new RefusedException(ErrorCode.STATE_UNTRUSTED,
                    "stored rules were put back, added or deleted outside the proxy");
        }
    }

    /** The operator takes the rules as they stand now. */
    void accept() {
        sound = true;
    }

    @Override
    public Runnable mark() {
        Runnable logBefore = log.mark();
        Runnable rowsBefore = rows.mark();
        boolean soundBefore = sound;
        return () -> {
            logBefore.run();
            rowsBefore.run();
            sound = soundBefore;
        };
    }

    @Override
    public void end(Handle handle) {
        log.end(handle);
        if (sound) {
            handle.execute("INSERT INTO policy_state (id, seal) VALUES (1, ?)"
                    + " ON CONFLICT (id) DO UPDATE SET seal = excluded.seal", rows.sealed(log.size()));
        }
    }
}
