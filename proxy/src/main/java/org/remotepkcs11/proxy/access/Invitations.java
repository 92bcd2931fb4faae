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
    private final Inviters inviters;

    Invitations(PolicySeal seal, Inviters inviters) {
        this.seal = seal;
        this.inviters = inviters;
    }

    private record Row(String name, String role, long expires, byte[] replaces, byte[] mac) {
    }

    Optional<Invitation> find(Handle handle, Id codeHash) throws RefusedException {
        Optional<Row> row = handle.select("SELECT name, role, expires, replaces, mac FROM invitation WHERE code_hash = ?",
                        codeHash.bytes())
                .map((from, context) -> new Row(from.getString(1), from.getString(2), from.getLong(3),
                        from.getBytes(4), from.getBytes(5))).findOne();
        if (row.isEmpty()) {
            return Optional.empty();
        }
        Row found = row.get();
        Invitation invitation = new Invitation(found.name, Role.valueOf(found.role),
                Instant.ofEpochMilli(found.expires), Optional.ofNullable(found.replaces).map(Id::of));
        seal.check(found.mac, TABLE, fields(codeHash, invitation));
        return Optional.of(invitation);
    }

    /** An earlier code for the same name is no longer good. */
    void put(Handle handle, Id codeHash, Invitation invitation) {
        remove(handle, invitation.name());
        byte[] mac = seal.written(TABLE, fields(codeHash, invitation));
        handle.execute("INSERT INTO invitation (code_hash, name, role, expires, replaces, mac) VALUES (?, ?, ?, ?, ?, ?)",
                codeHash.bytes(), invitation.name(), invitation.role().name(), invitation.expires().toEpochMilli(),
                invitation.replaces().map(Id::bytes).orElse(null), mac);
    }

    /** What is not there is left out, so that rows from before there was such a thing keep their MAC. */
    private static Object[] fields(Id codeHash, Invitation invitation) {
        Object[] fields = {codeHash.bytes(), invitation.name(), invitation.role().name(),
                invitation.expires().toEpochMilli()};
        return invitation.replaces().isEmpty() ? fields : Fields.with(fields, invitation.replaces().get().bytes());
    }

    /** Whether the person's key was ended for another one, by a code that is still there, if only to be made anew. */
    boolean replaceKeyOf(Handle handle, User user) throws RefusedException {
        Optional<byte[]> code = handle.select("SELECT code_hash FROM invitation WHERE replaces = ?", user.id().bytes())
                .mapTo(byte[].class).findOne();
        return code.isPresent() && find(handle, Id.of(code.get())).isPresent();
    }

    /** Whatever code there is for the name. */
    void remove(Handle handle, String name) {
        handle.select("SELECT code_hash FROM invitation WHERE name = ?", name).mapTo(byte[].class).list()
                .forEach(code -> remove(handle, Id.of(code)));
    }

    void remove(Handle handle, Id codeHash) {
        inviters.remove(handle, codeHash);
        seal.gone(handle.select("SELECT mac FROM invitation WHERE code_hash = ?", codeHash.bytes()));
        handle.execute("DELETE FROM invitation WHERE code_hash = ?", codeHash.bytes());
    }
}
