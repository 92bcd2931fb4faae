package org.remotepkcs11.proxy.access;

import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;

/** One tally a delegation. */
final class Tallies {
    private static final String TABLE = "tally";

    private final PolicySeal seal;

    Tallies(PolicySeal seal) {
        this.seal = seal;
    }

    private record Row(long operations, long tries, byte[] mac) {
    }

    Tally of(Handle handle, Id delegation) throws RefusedException {
        Optional<Row> row = handle.select("SELECT operations, tries, mac FROM tally WHERE delegation = ?",
                        delegation.bytes())
                .map((from, context) -> new Row(from.getLong(1), from.getLong(2), from.getBytes(3))).findOne();
        if (row.isEmpty()) {
            throw new RefusedException(ErrorCode.STATE_UNTRUSTED,
                    "a row of the table tally was deleted outside the proxy");
        }
        seal.check(row.get().mac, TABLE, delegation.bytes(), row.get().operations, row.get().tries);
        return new Tally(row.get().operations, row.get().tries);
    }

    void insert(Handle handle, Id delegation) {
        handle.execute("INSERT INTO tally (delegation, operations, tries, mac) VALUES (?, ?, ?, ?)",
                delegation.bytes(), 0L, 0L, written(delegation, Tally.NEW));
    }

    /** @param before as it was read in the same transaction: its MAC is known without reading it again */
    void update(Handle handle, Id delegation, Tally before, Tally after) {
        seal.gone(seal.mac(TABLE, delegation.bytes(), before.operations(), before.tries()));
        handle.execute("UPDATE tally SET operations = ?, tries = ?, mac = ? WHERE delegation = ?",
                after.operations(), after.tries(), written(delegation, after), delegation.bytes());
    }

    private byte[] written(Id delegation, Tally tally) {
        return seal.written(TABLE, delegation.bytes(), tally.operations(), tally.tries());
    }
}
