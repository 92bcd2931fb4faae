package org.remotepkcs11.proxy.cards;

import java.util.Arrays;

/** A physical card's PIN for as long as one request needs it. The holder closes it, which wipes it. */
public final class CardPin implements AutoCloseable {
    /** CK_UTF8CHAR of the longest PIN any known card takes. */
    public static final int MAX_BYTES = 256;

    private final byte[] utf8;
    private boolean closed;

    private CardPin(byte[] utf8) {
        this.utf8 = utf8;
    }

    /**
     * Copies its argument.
     *
     * @throws IllegalArgumentException if longer than {@link #MAX_BYTES}
     */
    public static CardPin ofUtf8(byte[] utf8) {
        if (utf8.length > MAX_BYTES) {
            throw new IllegalArgumentException("a pin of " + utf8.length + " bytes; at most " + MAX_BYTES);
        }
        return new CardPin(utf8.clone());
    }

    /**
     * A copy of its own, which the caller closes: a worker's, so that the request's may be wiped at any time.
     *
     * @throws IllegalStateException if closed
     */
    public synchronized CardPin copy() {
        return new CardPin(utf8());
    }

    /**
     * A copy that the caller wipes.
     *
     * @throws IllegalStateException if closed
     */
    public synchronized byte[] utf8() {
        if (closed) {
            throw new IllegalStateException("the pin was wiped already");
        }
        return utf8.clone();
    }

    @Override
    public synchronized void close() {
        closed = true;
        Arrays.fill(utf8, (byte) 0);
    }

    @Override
    public String toString() {
        return "CardPin(…)";
    }
}
