package org.remotepkcs11.proxy.access;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;

/** The delegations, revoked ones too. */
final class Delegations {
    private static final String TABLE = "delegation";
    private static final String SELECT =
            "SELECT id, card, person, by_owner, limits, derivation, made, revoked, mac FROM delegation ";

    private final PolicySeal seal;

    Delegations(PolicySeal seal) {
        this.seal = seal;
    }

    private record Row(byte[] id, byte[] card, byte[] person, long byOwner, byte[] limits, byte[] derivation,
                       long made, long revoked, byte[] mac) {
        static Row of(ResultSet from) throws SQLException {
            return new Row(from.getBytes(1), from.getBytes(2), from.getBytes(3), from.getLong(4), from.getBytes(5),
                    from.getBytes(6), from.getLong(7), from.getLong(8), from.getBytes(9));
        }
    }

    Optional<Delegation> byId(Handle handle, Id id) throws RefusedException {
        return first(handle.select(SELECT + "WHERE id = ?", id.bytes()));
    }

    /** The one in force, or else the last one that was revoked. */
    Optional<Delegation> latest(Handle handle, Id person, Id card) throws RefusedException {
        Optional<Delegation> inForce = first(handle.select(SELECT + "WHERE person = ? AND card = ? AND revoked = 0",
                person.bytes(), card.bytes()));
        return inForce.isPresent() ? inForce : first(handle.select(SELECT
                + "WHERE person = ? AND card = ? ORDER BY made DESC, id LIMIT 1", person.bytes(), card.bytes()));
    }

    List<Delegation> inForceOf(Handle handle, Id person) throws RefusedException {
        return list(handle.select(SELECT + "WHERE person = ? AND revoked = 0", person.bytes()));
    }

    List<Delegation> inForce(Handle handle) throws RefusedException {
        return list(handle.select(SELECT + "WHERE revoked = 0"));
    }

    List<Delegation> ofCard(Handle handle, Id card) throws RefusedException {
        return list(handle.select(SELECT + "WHERE card = ? ORDER BY made, id", card.bytes()));
    }

    private Optional<Delegation> first(Query query) throws RefusedException {
        List<Delegation> found = list(query);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
    }

    private List<Delegation> list(Query query) throws RefusedException {
        List<Delegation> delegations = new ArrayList<>();
        for (Row row : query.map((from, context) -> Row.of(from)).list()) {
            delegations.add(delegation(row));
        }
        return delegations;
    }

    private Delegation delegation(Row row) throws RefusedException {
        seal.check(row.mac, TABLE, row.id, row.card, row.person, row.byOwner, row.limits, row.derivation, row.made,
                row.revoked);
        return new Delegation(Id.of(row.id), Id.of(row.card), Id.of(row.person), row.byOwner != 0,
                PolicyCodec.limits(row.limits), PolicyCodec.derivation(row.derivation),
                Instant.ofEpochMilli(row.made), row.revoked != 0);
    }

    void insert(Handle handle, Delegation delegation) {
        Object[] fields = fields(delegation);
        handle.execute("INSERT INTO delegation (id, card, person, by_owner, limits, derivation, made, revoked, mac)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", Fields.with(fields, seal.written(TABLE, fields)));
    }

    /** Writes what may change: derivation and revoked. */
    void update(Handle handle, Delegation delegation) {
        seal.gone(handle.select("SELECT mac FROM delegation WHERE id = ?", delegation.id().bytes()));
        handle.execute("UPDATE delegation SET derivation = ?, revoked = ?, mac = ? WHERE id = ?",
                PolicyCodec.encode(delegation.derivation()), delegation.revoked() ? 1L : 0L,
                seal.written(TABLE, fields(delegation)), delegation.id().bytes());
    }

    private static Object[] fields(Delegation delegation) {
        return new Object[] {delegation.id().bytes(), delegation.card().bytes(), delegation.person().bytes(),
                delegation.byOwner() ? 1L : 0L, PolicyCodec.encode(delegation.limits()),
                PolicyCodec.encode(delegation.derivation()), delegation.made().toEpochMilli(),
                delegation.revoked() ? 1L : 0L};
    }
}
