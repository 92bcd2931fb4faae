package org.remotepkcs11.proxy.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jdbi.v3.core.statement.Query;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/**
 * HMAC-SHA256 over the rows that say who may do what, under a key that is not in the database: whoever changes the
 * database by hand gives nobody any right. Each field counts with its length, so that none can run into the next.
 */
final class PolicySeal {
    private final RowSum sum;
    private volatile byte[] secret;
    private volatile Mac keyed;

    /** @param secret at least 32 bytes */
    PolicySeal(byte[] secret) {
        if (secret.length < 32) {
            throw new IllegalArgumentException("the policy secret has " + secret.length + " bytes; at least 32");
        }
        take(secret);
        sum = new RowSum(this);
    }

    /** From now on under another secret. @return the one before */
    byte[] take(byte[] next) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(next, "HmacSHA256"));
            byte[] before = secret;
            secret = next.clone();
            keyed = mac;
            return before;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
        }
    }

    /** Over all rows. */
    RowSum sum() {
        return sum;
    }

    /** The MAC of a row that is about to be written. */
    byte[] written(String table, Object... fields) {
        byte[] mac = mac(table, fields);
        sum.changed(mac);
        return mac;
    }

    /** A row is about to be changed or deleted. */
    void gone(byte[] mac) {
        sum.changed(mac);
    }

    /** Rows are about to be changed or deleted. @param query for their MACs */
    void gone(Query query) {
        query.mapTo(byte[].class).list().forEach(this::gone);
    }

    /** @param fields byte strings, texts and whole numbers, the row's key first */
    byte[] mac(String table, Object... fields) {
        Mac mac = copy();
        update(mac, table.getBytes(StandardCharsets.UTF_8));
        for (Object field : fields) {
            update(mac, bytes(field));
        }
        return mac.doFinal();
    }

    private Mac copy() {
        try {
            return (Mac) keyed.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the platform's HMAC-SHA256 cannot be copied", e);
        }
    }

    private static void update(Mac mac, byte[] field) {
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(field.length).array());
        mac.update(field);
    }

    private static byte[] bytes(Object field) {
        if (field instanceof byte[] bytes) {
            return bytes;
        }
        if (field instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        if (field instanceof Long number) {
            return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
        }
        throw new IllegalArgumentException("a field of " + field.getClass());
    }

    /** @throws RefusedException {@link ErrorCode#STATE_UNTRUSTED} if the row is not as the proxy wrote it */
    void check(byte[] mac, String table, Object... fields) throws RefusedException {
        if (!MessageDigest.isEqual(mac, mac(table, fields))) {
            throw new RefusedException(ErrorCode.STATE_UNTRUSTED,
                    "a row of the table " + table + " was changed outside the proxy");
        }
    }
}
