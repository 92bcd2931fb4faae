package org.remotepkcs11.proxy.vault;

import java.security.SecureRandom;
import java.util.Arrays;

/** The key of one remote card, under which the PINs of its physical cards are kept. The holder closes it. */
public final class CardKey implements AutoCloseable {
    static final int BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] value;

    CardKey(byte[] value) {
        this.value = value;
    }

    /** A new card's. */
    public static CardKey fresh() {
        byte[] value = new byte[BYTES];
        RANDOM.nextBytes(value);
        return new CardKey(value);
    }

    byte[] value() {
        return value;
    }

    /** Wipes it. */
    @Override
    public void close() {
        Arrays.fill(value, (byte) 0);
    }

    @Override
    public String toString() {
        return "CardKey(…)";
    }
}
