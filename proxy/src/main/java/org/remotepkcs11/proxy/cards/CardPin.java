package org.remotepkcs11.proxy.cards;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A physical card's PIN for as long as one request needs it. The holder closes it, which wipes it. */
public final class CardPin implements AutoCloseable {
    /** CK_UTF8CHAR of the longest PIN any known card takes. */
    public static final int MAX_BYTES = 256;

    private final OffHeapSecret utf8;

    private CardPin(OffHeapSecret utf8) {
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
        return new CardPin(OffHeapSecret.of(utf8));
    }

    /**
     * Wipes its argument.
     *
     * @throws IllegalArgumentException if longer than {@link #MAX_BYTES}
     */
    public static CardPin of(char[] pin) {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(pin));
        Arrays.fill(pin, '\0');
        byte[] utf8 = new byte[encoded.remaining()];
        encoded.get(utf8);
        Arrays.fill(encoded.array(), (byte) 0);
        try {
            return ofUtf8(utf8);
        } finally {
            Arrays.fill(utf8, (byte) 0);
        }
    }

    /** Bytes of its UTF-8. */
    public int length() {
        return utf8.length();
    }

    /**
     * Puts its UTF-8 there.
     *
     * @throws IllegalStateException if closed
     */
    public void writeTo(ByteBuffer target) {
        utf8.writeTo(target);
    }

    /**
     * A copy that the caller wipes.
     *
     * @throws IllegalStateException if closed
     */
    public byte[] utf8() {
        return utf8.bytes();
    }

    @Override
    public void close() {
        utf8.close();
    }

    @Override
    public String toString() {
        return "CardPin(…)";
    }
}
