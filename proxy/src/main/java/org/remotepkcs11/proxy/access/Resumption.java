package org.remotepkcs11.proxy.access;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.proxy.audit.AuditLog;
import org.remotepkcs11.proxy.audit.LogCopy;
import org.remotepkcs11.proxy.store.Batch;
import org.remotepkcs11.wire.RefusedException;

/**
 * Brings rules out of a backup as near as can be to what the log says that became of them: what the log took away
 * stays away. Whether the log is complete nobody can know here, so every user's delegation is locked until its owner
 * has looked at it.
 */
public final class Resumption {
    private static final int AT_ONCE = 500;

    private final Parts parts;
    private final AuditLog log;
    private final Aftermath aftermath;

    Resumption(Parts parts, AuditLog log) {
        this.parts = parts;
        this.log = log;
        this.aftermath = new Aftermath(parts);
    }

    /**
     * @param locked    delegations that wait for their owner's look
     * @param statement signed by the log's key: to be shown to clients that saw more of the log than there is now
     */
    public record Resumed(int locked, String statement) {
    }

    /**
     * Goes on with the entries of the copy that the store does not have.
     *
     * @param from entries that the store has: those that the rules are of
     * @throws IOException      if the copy cannot be read
     * @throws RefusedException {@code STATE_UNTRUSTED} if the rules are not sound or not of a log of that size
     */
    public void follow(LogCopy copy, long from) throws IOException, RefusedException {
        parts.ledger().write(batch -> {
            parts.books().check();
            return settling -> null;
        });
        List<byte[]> waiting = new ArrayList<>();
        copy.forEach((index, body) -> {
            if (index >= from) {
                waiting.add(body);
            }
            if (waiting.size() == AT_ONCE) {
                take(waiting);
            }
        });
        take(waiting);
    }

    private void take(List<byte[]> bodies) throws IOException {
        List<byte[]> taken = List.copyOf(bodies);
        bodies.clear();
        try {
            parts.ledger().write(batch -> {
                for (byte[] body : taken) {
                    aftermath.of(batch, log.appendCopied(batch, body), body);
                }
                return settling -> null;
            });
        } catch (RefusedException e) {
            throw new IOException("the log's entries cannot be taken up: " + e.refusal().detail(), e);
        }
    }

    /** Locks, records the restoring and signs the statement. @param what for the log: from which backup */
    public Resumed conclude(String what) throws RefusedException {
        Instant now = parts.clock().instant();
        return parts.ledger().write(batch -> {
            int locked = lockAll(parts, batch);
            parts.recorder().append(batch, new AuditEntry(now, AuditEntry.Happened.of(what)));
            return settling -> new Resumed(locked, log.restoredStatement(settling, now));
        });
    }

    /** Until their owners have looked at them. */
    static int lockAll(Parts parts, Batch batch) throws RefusedException {
        int locked = 0;
        for (Delegation delegation : parts.tables().delegations().inForce(batch.handle())) {
            if (!delegation.byOwner()) {
                Tally tally = parts.tables().tallies().of(batch.handle(), delegation.id());
                parts.tables().tallies().update(batch.handle(), delegation.id(), tally,
                        new Tally(tally.operations(), Tally.RESTORED));
                locked++;
            }
        }
        return locked;
    }
}
