package org.remotepkcs11.proxy.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jdbi.v3.core.Handle;
import org.remotepkcs11.proxy.store.Database;
import org.remotepkcs11.wire.RefusedException;

/** The secrets that belong to a store and are not in it; the store tells which one it goes with, by a check value. */
public enum StoreSecret {
    /** Authenticates the rules. */ POLICY,
    /** Without it no virtual PIN opens anything. */ VAULT;

    private static final String LABEL = "remote-pkcs11 v1 secret in use\n";

    /**
     * What a store tells of its secrets: nothing where it was last served by a version that told nothing of one that was
     * never changed.
     *
     * @param store need not be there
     */
    public static Map<StoreSecret, byte[]> told(Path store) throws IOException {
        if (!Files.exists(store)) {
            return Map.of();
        }
        try (Database database = Database.open(store)) {
            return database.read(handle -> handle.select("SELECT purpose, value FROM secret_in_use")
                    .reduceRows(new EnumMap<>(StoreSecret.class), (told, row) -> {
                        told.put(valueOf(row.getColumn("purpose", String.class)), row.getColumn("value", byte[].class));
                        return told;
                    }));
        } catch (RefusedException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** That of these which the store goes with; none, where it tells nothing. */
    public Optional<byte[]> choose(Map<StoreSecret, byte[]> told, List<byte[]> candidates) {
        byte[] value = told.get(this);
        return candidates.stream().filter(secret -> value != null && MessageDigest.isEqual(value, check(secret)))
                .findFirst();
    }

    /**
     * Makes the store of a new proxy tell its secrets from the start.
     *
     * @throws IOException if it cannot be written
     */
    public static void tell(Path store, Map<StoreSecret, byte[]> secrets) throws IOException {
        try (Database database = Database.open(store)) {
            database.fill(handle -> secrets.forEach((which, secret) -> which.use(handle, secret)));
        }
    }

    /** Where the store tells nothing yet. */
    void useFirst(Handle handle, byte[] secret) {
        handle.execute("INSERT INTO secret_in_use (purpose, value) VALUES (?, ?) ON CONFLICT (purpose) DO NOTHING",
                name(), check(secret));
    }

    void use(Handle handle, byte[] secret) {
        handle.execute("INSERT INTO secret_in_use (purpose, value) VALUES (?, ?)"
                + " ON CONFLICT (purpose) DO UPDATE SET value = excluded.value", name(), check(secret));
    }

    private byte[] check(byte[] secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal((LABEL + name()).getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
        }
    }
}
