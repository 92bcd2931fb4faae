package org.remotepkcs11.proxy.access;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Role;

/** Who may enrol, by the hash of a one-time code. */
final class Invitations {
    private static final String TABLE = "invitation";

    private final PolicySeal seal;

    Invitations(PolicySeal seal) {
        this.seal = seal;
    }

    private record Row(String name, String role, long expires, byte[] mac) {
    }

    Optional<Invitation> find(Handle handle, Id codeHash) throws RefusedException {
        Optional<Row> row = handle.select("SELECT name, role, expires, mac FROM invitation WHERE code_hash = ?",
                        codeHash.bytes())
                .map((from, context) -> new Row(from.getString(1), from.getString(2), from.getLong(3),
                        from.getBytes(4))).findOne();
        if (row.isEmpty()) {
            return Optional.empty();
        }
        Row found = row.get();
        seal.check(found.mac, TABLE, codeHash.bytes(), found.name, found.role, found.expires);
        return Optional.of(new Invitation(found.name, Role.valueOf(found.role), Instant.ofEpochMilli(found.expires)));
    }

    /** An earlier code for the same name is no longer good. */
    void put(Handle handle, Id codeHash, Invitation invitation) {
        Object[] fields = {codeHash.bytes(), invitation.name(), invitation.role().name(),
                invitation.expires().toEpochMilli()};
        seal.gone(handle.select("SELECT mac FROM invitation WHERE name = ?", invitation.name()));
        handle.execute("DELETE FROM invitation WHERE name = ?", invitation.name());
        handle.execute("INSERT INTO invitation (code_hash, name, role, expires, mac) VALUES (?, ?, ?, ?, ?)",
                Fields.with(fields, seal.written(TABLE, fields)));
    }

    void remove(Handle handle, Id codeHash) {
        seal.gone(handle.select("SELECT mac FROM invitation WHERE code_hash = ?", codeHash.bytes()));
        handle.execute("DELETE FROM invitation WHERE code_hash = ?", codeHash.bytes());
    }
}
