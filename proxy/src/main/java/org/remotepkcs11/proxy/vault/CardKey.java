package org.remotepkcs11.proxy.vault;

import java.security.SecureRandom;
import java.util.Arrays;
import org.remotepkcs11.proxy.cards.OffHeapSecret;

/** The key of one remote card, under which the PINs of its physical cards are kept. The holder closes it. */
public final class CardKey implements AutoCloseable {
    static final int BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final OffHeapSecret value;

    private CardKey(OffHeapSecret value) {
        this.value = value;
    }

    /** Wipes its argument. */
    static CardKey taking(byte[] value) {
        try {
            return new CardKey(OffHeapSecret.of(value));
        } finally {
            Arrays.fill(value, (byte) 0);
        }
    }

    /** A new card's. */
    public static CardKey fresh() {
        byte[] value = new byte[BYTES];
        RANDOM.nextBytes(value);
        return taking(value);
    }

    /** A copy that the caller wipes. @throws IllegalStateException if closed */
    byte[] value() {
        return value.bytes();
    }

    /** Wipes it. */
    @Override
    public void close() {
        value.close();
    }

    @Override
    public String toString() {
        return "CardKey(…)";
    }
}
