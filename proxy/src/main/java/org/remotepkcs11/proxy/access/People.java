package org.remotepkcs11.proxy.access;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Role;

/** The enrolled people. */
final class People {
    private static final String TABLE = "person";
    private static final String SELECT =
            "SELECT id, name, role, fingerprint, certificate, disabled, mac FROM person ";

    private final PolicySeal seal;
    private final Map<Id, Parsed> certificates = new ConcurrentHashMap<>();

    People(PolicySeal seal) {
        this.seal = seal;
    }

    private record Row(byte[] id, String name, String role, byte[] fingerprint, byte[] certificate, long disabled,
                       byte[] mac) {
        static Row of(ResultSet from) throws SQLException {
            return new Row(from.getBytes(1), from.getString(2), from.getString(3), from.getBytes(4), from.getBytes(5),
                    from.getLong(6), from.getBytes(7));
        }
    }

    private record Parsed(byte[] der, X509Certificate certificate) {
    }

    Optional<User> byFingerprint(Handle handle, Id fingerprint) throws RefusedException {
        return one(handle.select(SELECT + "WHERE fingerprint = ?", fingerprint.bytes()));
    }

    Optional<User> byName(Handle handle, String name) throws RefusedException {
        return one(handle.select(SELECT + "WHERE name = ?", name));
    }

    /** @throws RefusedException {@link ErrorCode#STATE_UNTRUSTED} also if there is none: rows refer to people who are */
    User byId(Handle handle, Id id) throws RefusedException {
        return one(handle.select(SELECT + "WHERE id = ?", id.bytes())).orElseThrow(() -> new RefusedException(
                ErrorCode.STATE_UNTRUSTED, "a row of the table person was deleted outside the proxy"));
    }

    List<User> all(Handle handle) throws RefusedException {
        List<User> users = new ArrayList<>();
        for (Row row : handle.select(SELECT + "ORDER BY name").map((from, context) -> Row.of(from)).list()) {
            users.add(user(row));
        }
        return users;
    }

    private Optional<User> one(Query query) throws RefusedException {
        Optional<Row> row = query.map((from, context) -> Row.of(from)).findOne();
        return row.isPresent() ? Optional.of(user(row.get())) : Optional.empty();
    }

    private User user(Row row) throws RefusedException {
        seal.check(row.mac, TABLE, row.id, row.name, row.role, row.fingerprint, row.certificate, row.disabled);
        Id fingerprint = Id.of(row.fingerprint);
        return new User(Id.of(row.id), row.name, Role.valueOf(row.role), fingerprint,
                certificate(fingerprint, row.certificate), row.disabled != 0);
    }

    /** Parsing costs more than all the rest of a look-up. */
    private X509Certificate certificate(Id fingerprint, byte[] der) throws RefusedException {
        Parsed known = certificates.get(fingerprint);
        if (known != null && Arrays.equals(known.der, der)) {
            return known.certificate;
        }
        try {
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der));
            certificates.put(fingerprint, new Parsed(der, certificate));
            return certificate;
        } catch (CertificateException e) {
            throw new RefusedException(ErrorCode.STATE_UNTRUSTED, "a stored certificate cannot be read");
        }
    }

    void insert(Handle handle, User user, byte[] certificate) {
        Object[] fields = fields(user, certificate);
        handle.execute("INSERT INTO person (id, name, role, fingerprint, certificate, disabled, mac)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?)", Fields.with(fields, seal.written(TABLE, fields)));
    }

    void disable(Handle handle, User user) throws RefusedException {
        byte[] certificate = handle.select("SELECT certificate FROM person WHERE id = ?", user.id().bytes())
                .mapTo(byte[].class).one();
        User disabled = new User(user.id(), user.name(), user.role(), user.fingerprint(), user.certificate(), true);
        seal.gone(handle.select("SELECT mac FROM person WHERE id = ?", user.id().bytes()));
        handle.execute("UPDATE person SET disabled = 1, mac = ? WHERE id = ?",
                seal.written(TABLE, fields(disabled, certificate)), user.id().bytes());
    }

    private static Object[] fields(User user, byte[] certificate) {
        return new Object[] {user.id().bytes(), user.name(), user.role().name(), user.fingerprint().bytes(),
                certificate, user.disabled() ? 1L : 0L};
    }
}
