package org.remotepkcs11.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.remotepkcs11.proxy.audit.AuditLog;
import org.remotepkcs11.proxy.store.Database;
import org.remotepkcs11.proxy.store.Ledger;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;

/**
 * Makes the store of a stopped proxy as large as years of use would: entries of the log like those that are there, and
 * people with a delegation each, all with sound MACs.
 */
final class GrownStore {
    private static final int AT_ONCE = 2000;
    private static final String ROWS = "SELECT mac FROM person UNION ALL SELECT mac FROM invitation UNION ALL SELECT mac"
            + " FROM card UNION ALL SELECT mac FROM card_member UNION ALL SELECT mac FROM delegation UNION ALL SELECT"
            + " mac FROM tally UNION ALL SELECT sealed FROM vault_entry UNION ALL SELECT mac FROM delegation_certificate"
            + " UNION ALL SELECT mac FROM inviter";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path home;
    private final Mac policy;

    GrownStore(Path home) throws IOException, GeneralSecurityException {
        this.home = home;
        this.policy = Mac.getInstance("HmacSHA256");
        policy.init(new SecretKeySpec(Files.readAllBytes(home.resolve("policy.secret")), "HmacSHA256"));
    }

    void grow(Id proxy, long entries, int delegations)
            throws IOException, GeneralSecurityException, SQLException, RefusedException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("store.db"))) {
            connection.setAutoCommit(false);
            delegate(connection, delegations);
            connection.commit();
            List<byte[]> bodies = bytes(connection, "SELECT body FROM log_entry ORDER BY position DESC LIMIT 20");
            connection.commit();
            long size = log(proxy, entries, bodies);
            seal(connection, size);
            connection.commit();
        }
    }

    private long log(Id proxy, long entries, List<byte[]> bodies)
            throws IOException, GeneralSecurityException, RefusedException {
        try (Database database = Database.open(home.resolve("store.db"))) {
            AuditLog log = AuditLog.open(database, proxy, logKey());
            try (Ledger ledger = Ledger.start(database, log, 10, Runnable::run)) {
                for (long size = log.reader().size(); size < entries; size = log.reader().size()) {
                    int more = (int) Math.min(AT_ONCE, entries - size);
                    ledger.write(batch -> {
                        for (int i = 0; i < more; i++) {
                            log.appendCopied(batch, bodies.get(i % bodies.size()));
                        }
                        return settling -> {
                            log.signHead(settling);
                            return null;
                        };
                    });
                }
            }
            return log.reader().size();
        }
    }

    private KeyPair logKey() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream stream = Files.newInputStream(home.resolve("log.p12"))) {
            store.load(stream, new char[0]);
        }
        return new KeyPair(store.getCertificate("key").getPublicKey(),
                (PrivateKey) store.getKey("key", new char[0]));
    }

    private void delegate(Connection connection, int count) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet like = statement.executeQuery("SELECT d.card, d.limits, d.derivation, d.made, p.certificate"
                        + " FROM delegation d JOIN person p ON p.id = d.person WHERE d.by_owner = 0 LIMIT 1")) {
            like.next();
            for (int i = 0; i < count; i++) {
                byte[] person = random(16);
                byte[] id = random(16);
                insert(connection, "person (id, name, role, fingerprint, certificate, disabled", person, "person " + i,
                        "USER", random(32), like.getBytes(5), 0L);
                insert(connection, "delegation (id, card, person, by_owner, limits, derivation, made, revoked", id,
                        like.getBytes(1), person, 0L, like.getBytes(2), like.getBytes(3), like.getLong(4), 0L);
                insert(connection, "tally (delegation, operations, tries", id, 0L, 0L);
                try (PreparedStatement entry = connection.prepareStatement(
                        "INSERT INTO vault_entry (delegation, sealed) VALUES (?, ?)")) {
                    entry.setBytes(1, id);
                    entry.setBytes(2, random(60));
                    entry.executeUpdate();
                }
            }
        }
    }

    /** Columns that are not named stay empty, and the MAC leaves them out. @param into table and columns but the MAC's */
    private void insert(Connection connection, String into, Object... fields) throws SQLException {
        String marks = "?, ".repeat(fields.length) + "?";
        String table = into.substring(0, into.indexOf(' '));
        try (PreparedStatement insert =
                     connection.prepareStatement("INSERT INTO " + into + ", mac) VALUES (" + marks + ")")) {
            for (int i = 0; i < fields.length; i++) {
                insert.setObject(i + 1, fields[i]);
            }
            insert.setBytes(fields.length + 1, mac(table, fields));
            insert.executeUpdate();
        }
    }

    /** As the proxy does: a sum without carry over all rows, sealed with the size of the log. */
    private void seal(Connection connection, long size) throws SQLException {
        byte[] sum = new byte[32];
        for (byte[] row : bytes(connection, ROWS)) {
            byte[] term = mac("term", (Object) row);
            for (int i = 0; i < sum.length; i++) {
                sum[i] ^= term[i];
            }
        }
        try (PreparedStatement update = connection.prepareStatement("UPDATE policy_state SET seal = ?")) {
            update.setBytes(1, mac("policy_state", sum, size));
            update.executeUpdate();
        }
    }

    private byte[] mac(String table, Object... fields) {
        update(table.getBytes(StandardCharsets.UTF_8));
        for (Object field : fields) {
            if (field instanceof byte[] bytes) {
                update(bytes);
            } else if (field instanceof Long number) {
                update(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
            } else {
                update(field.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
        return policy.doFinal();
    }

    private void update(byte[] field) {
        policy.update(ByteBuffer.allocate(Integer.BYTES).putInt(field.length).array());
        policy.update(field);
    }

    private static List<byte[]> bytes(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            List<byte[]> all = new ArrayList<>();
            while (rows.next()) {
                all.add(rows.getBytes(1));
            }
            return all;
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
