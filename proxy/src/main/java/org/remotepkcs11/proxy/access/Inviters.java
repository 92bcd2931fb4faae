package org.remotepkcs11.proxy.access;

import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;

/** Which owner invited whom: noted of the code, and of the person as soon as it is used. */
final class Inviters {
    private static final String TABLE = "inviter";

    private final PolicySeal seal;

    Inviters(PolicySeal seal) {
        this.seal = seal;
    }

    private record Row(byte[] owner, byte[] mac) {
    }

    /** @return empty if it was the operator, or is not known */
    Optional<Id> of(Handle handle, Id subject) throws RefusedException {
        Optional<Row> row = handle.select("SELECT owner, mac FROM inviter WHERE subject = ?", subject.bytes())
                .map((from, context) -> new Row(from.getBytes(1), from.getBytes(2))).findOne();
        if (row.isEmpty()) {
            return Optional.empty();
        }
        seal.check(row.get().mac, TABLE, subject.bytes(), row.get().owner);
        return Optional.of(Id.of(row.get().owner));
    }

    void put(Handle handle, Id subject, Id owner) {
        remove(handle, subject);
        handle.execute("INSERT INTO inviter (subject, owner, mac) VALUES (?, ?, ?)", subject.bytes(), owner.bytes(),
                seal.written(TABLE, subject.bytes(), owner.bytes()));
    }

    void remove(Handle handle, Id subject) {
        seal.gone(handle.select("SELECT mac FROM inviter WHERE subject = ?", subject.bytes()));
        handle.execute("DELETE FROM inviter WHERE subject = ?", subject.bytes());
    }

    /** The code was used by this person. */
    void enrolled(Handle handle, Id code, Id person) throws RefusedException {
        Optional<Id> owner = of(handle, code);
        if (owner.isPresent()) {
            remove(handle, code);
            put(handle, person, owner.get());
        }
    }
}
