package org.remotepkcs11.proxy.access;

import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x509.Certificate;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.remotepkcs11.proxy.authority.DelegationAuthority;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;

/** The certificates of delegations with warranty; those that were revoked stay. */
final class DelegationCertificates {
    private static final String TABLE = "delegation_certificate";
    private static final String SELECT =
            "SELECT delegation, key, certificate, revoked, mac FROM delegation_certificate ";

    private final PolicySeal seal;

    DelegationCertificates(PolicySeal seal) {
        this.seal = seal;
    }

    private record Row(byte[] delegation, byte[] key, byte[] certificate, long revoked, byte[] mac) {
        static Row of(ResultSet from) throws SQLException {
            return new Row(from.getBytes(1), from.getBytes(2), from.getBytes(3), from.getLong(4), from.getBytes(5));
        }

        Object[] fields(long since) {
            return new Object[] {delegation, key, certificate, since};
        }
    }

    void insert(Handle handle, Id delegation, Id key, byte[] certificate) {
        Object[] fields = {delegation.bytes(), key.bytes(), certificate, 0L};
        handle.execute("INSERT INTO delegation_certificate (delegation, key, certificate, revoked, mac)"
                + " VALUES (?, ?, ?, ?, ?)", Fields.with(fields, seal.written(TABLE, fields)));
    }

    /** DER by fingerprint of the key. */
    Map<Id, byte[]> of(Handle handle, Id delegation) throws RefusedException {
        Map<Id, byte[]> certificates = new HashMap<>();
        for (Row row : rows(handle.select(SELECT + "WHERE delegation = ?", delegation.bytes()))) {
            certificates.put(Id.of(row.key), row.certificate);
        }
        return certificates;
    }

    /** Those of a delegation are no longer good from now on. */
    void revoke(Handle handle, Id delegation, Instant now) throws RefusedException {
        for (Row row : rows(handle.select(SELECT + "WHERE delegation = ? AND revoked = 0", delegation.bytes()))) {
            seal.gone(row.mac);
            handle.execute("UPDATE delegation_certificate SET revoked = ?, mac = ? WHERE delegation = ? AND key = ?",
                    now.toEpochMilli(), seal.written(TABLE, row.fields(now.toEpochMilli())), row.delegation, row.key);
        }
    }

    List<DelegationAuthority.Revoked> revoked(Handle handle) throws RefusedException {
        List<DelegationAuthority.Revoked> revoked = new ArrayList<>();
        for (Row row : rows(handle.select(SELECT + "WHERE revoked > 0 ORDER BY revoked"))) {
            revoked.add(new DelegationAuthority.Revoked(serial(row.certificate), Instant.ofEpochMilli(row.revoked)));
        }
        return revoked;
    }

    private static BigInteger serial(byte[] certificate) throws RefusedException {
        try {
            return Certificate.getInstance(certificate).getSerialNumber().getValue();
        } catch (IllegalArgumentException e) {
            throw new RefusedException(ErrorCode.STATE_UNTRUSTED, "a stored certificate cannot be read");
        }
    }

    private List<Row> rows(Query query) throws RefusedException {
        List<Row> rows = query.map((from, context) -> Row.of(from)).list();
        for (Row row : rows) {
            seal.check(row.mac, TABLE, row.fields(row.revoked));
        }
        return rows;
    }
}
