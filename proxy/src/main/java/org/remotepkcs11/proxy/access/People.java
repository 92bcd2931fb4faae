package org.remotepkcs11.proxy.access;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
            "SELECT id, name, role, fingerprint, certificate, disabled, renewed_key, mac FROM person ";

    /** Certificates that are kept parsed. */
    private static final int REMEMBERED = 4096;

    private final PolicySeal seal;
    private final Recent<Id, Parsed> certificates = new Recent<>(REMEMBERED);

    People(PolicySeal seal) {
        this.seal = seal;
    }

    private record Row(byte[] id, String name, String role, byte[] fingerprint, byte[] certificate, long disabled,
                       byte[] renewedKey, byte[] mac) {
        static Row of(ResultSet from) throws SQLException {
            return new Row(from.getBytes(1), from.getString(2), from.getString(3), from.getBytes(4), from.getBytes(5),
                    from.getLong(6), from.getBytes(7), from.getBytes(8));
        }
    }

    private record Parsed(byte[] der, X509Certificate certificate) {
    }

    Optional<User> byFingerprint(Handle handle, Id fingerprint) throws RefusedException {
        return one(handle.select(SELECT + "WHERE fingerprint = ?", fingerprint.bytes()));
    }

    /** By the key that the person's last renewal took out of use: the person, named by that key. */
    Optional<User> byRenewedKey(Handle handle, Id fingerprint) throws RefusedException {
        List<User> found = all(handle.select(SELECT + "WHERE renewed_key = ?", fingerprint.bytes()));
        return found.size() == 1 ? Optional.of(found.get(0).withFingerprint(fingerprint)) : Optional.empty();
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
        return all(handle.select(SELECT + "ORDER BY name"));
    }

    private List<User> all(Query query) throws RefusedException {
        List<User> users = new ArrayList<>();
        for (Row row : query.map((from, context) -> Row.of(from)).list()) {
            users.add(user(row));
        }
        return users;
    }

    private Optional<User> one(Query query) throws RefusedException {
        Optional<Row> row = query.map((from, context) -> Row.of(from)).findOne();
        return row.isPresent() ? Optional.of(user(row.get())) : Optional.empty();
    }

    private User user(Row row) throws RefusedException {
        Id fingerprint = Id.of(row.fingerprint);
        Object[] fields = {row.id, row.name, row.role, row.fingerprint, row.certificate, row.disabled};
        seal.check(row.mac, TABLE, row.renewedKey == null ? fields : Fields.with(fields, row.renewedKey));
        return new User(Id.of(row.id), row.name, Role.valueOf(row.role), fingerprint,
                certificate(fingerprint, row.certificate), row.disabled != 0,
                Optional.ofNullable(row.renewedKey).map(Id::of));
    }

    /** Parsing costs more than all the rest of a look-up. */
    private X509Certificate certificate(Id fingerprint, byte[] der) throws RefusedException {
        Optional<Parsed> known = certificates.find(fingerprint).filter(parsed -> Arrays.equals(parsed.der, der));
        if (known.isPresent()) {
            return known.get().certificate;
        }
        X509Certificate certificate = parse(der);
        certificates.put(fingerprint, new Parsed(der, certificate));
        return certificate;
    }

    private static X509Certificate parse(byte[] der) throws RefusedException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new RefusedException(ErrorCode.STATE_UNTRUSTED, "a stored certificate cannot be read");
        }
    }

    void insert(Handle handle, User user) throws RefusedException {
        byte[] certificate = der(user);
        handle.execute("INSERT INTO person (id, name, role, fingerprint, certificate, disabled, renewed_key, mac)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)", user.id().bytes(), user.name(), user.role().name(),
                user.fingerprint().bytes(), certificate, user.disabled() ? 1 : 0,
                user.renewedKey().map(Id::bytes).orElse(null), seal.written(TABLE, fields(user, certificate)));
    }

    /** The same person, otherwise than before. */
    void update(Handle handle, User user) throws RefusedException {
        seal.gone(handle.select("SELECT mac FROM person WHERE id = ?", user.id().bytes()));
        byte[] certificate = der(user);
        handle.execute("UPDATE person SET fingerprint = ?, certificate = ?, disabled = ?, renewed_key = ?, mac = ?"
                + " WHERE id = ?", user.fingerprint().bytes(), certificate, user.disabled() ? 1 : 0,
                user.renewedKey().map(Id::bytes).orElse(null), seal.written(TABLE, fields(user, certificate)),
                user.id().bytes());
    }

    /** A renewal that the log tells of. @param certificate DER, of the new key */
    void renew(Handle handle, String name, byte[] certificate) throws RefusedException {
        Optional<User> user = byName(handle, name);
        if (user.isPresent()) {
            update(handle, user.get().withRenewed(parse(certificate)));
        }
    }

    private static byte[] der(User user) throws RefusedException {
        try {
            return user.certificate().getEncoded();
        } catch (CertificateEncodingException e) {
            throw new RefusedException(ErrorCode.INPUT_INVALID, "the certificate cannot be encoded");
        }
    }

    /** What is not there is left out, so that rows from before there was such a thing keep their MAC. */
    private static Object[] fields(User user, byte[] certificate) {
        Object[] fields = {user.id().bytes(), user.name(), user.role().name(), user.fingerprint().bytes(), certificate,
            user.disabled() ? 1L : 0L};
        return user.renewedKey().isEmpty() ? fields : Fields.with(fields, user.renewedKey().get().bytes());
    }
}
