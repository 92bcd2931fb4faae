package org.remotepkcs11.proxy.cards;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tells whether a PIN is the one that unlocked a card, without keeping that PIN: HMAC-SHA-256 under a key that this
 * process drew and never shows. Kept only while the card is unlocked.
 */
public final class PinTrace {
    private static final SecretKeySpec KEY = fresh();

    private final byte[] mac;

    private PinTrace(byte[] mac) {
        this.mac = mac;
    }

    public static PinTrace of(CardPin pin) {
        byte[] utf8 = pin.utf8();
        try {
            Mac hmac = Mac.getInstance("HmacSHA256");
            hmac.init(KEY);
            return new PinTrace(hmac.doFinal(utf8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        } finally {
            Arrays.fill(utf8, (byte) 0);
        }
    }

    private static SecretKeySpec fresh() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return new SecretKeySpec(key, "HmacSHA256");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PinTrace trace && MessageDigest.isEqual(mac, trace.mac);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(mac);
    }

    @Override
    public String toString() {
        return "PinTrace(…)";
    }
}
