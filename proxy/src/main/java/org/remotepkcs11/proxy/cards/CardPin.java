package org.remotepkcs11.proxy.cards;

import java.nio.ByteBuffer;

/**
 * A physical card's PIN for as long as one request needs it. The holder closes it, which wipes it. It is kept outside of
 * Java's heap, where the collector would leave copies that nobody can wipe.
 */
public final class CardPin implements AutoCloseable {
    /** CK_UTF8CHAR of the longest PIN any known card takes. */
    public static final int MAX_BYTES = 256;

    private final ByteBuffer utf8;
    private boolean closed;

    private CardPin(ByteBuffer content) {
        utf8 = ByteBuffer.allocateDirect(content.remaining()).put(content);
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
        return new CardPin(ByteBuffer.wrap(utf8));
    }

    /**
     * A copy of its own, which the caller closes: a worker's, so that the request's may be wiped at any time.
     *
     * @throws IllegalStateException if closed
     */
    public synchronized CardPin copy() {
        return new CardPin(content());
    }

    private ByteBuffer content() {
        if (closed) {
            throw new IllegalStateException("the pin was wiped already");
        }
        return utf8.duplicate().flip();
    }

    /** Bytes of its UTF-8. */
    public int length() {
        return utf8.capacity();
    }

    /**
     * Puts its UTF-8 there.
     *
     * @throws IllegalStateException if closed
     */
    public synchronized void writeTo(ByteBuffer target) {
        target.put(content());
    }

    /**
     * A copy that the caller wipes.
     *
     * @throws IllegalStateException if closed
     */
    public synchronized byte[] utf8() {
        byte[] copy = new byte[utf8.capacity()];
        content().get(copy);
        return copy;
    }

    @Override
    public synchronized void close() {
        closed = true;
        for (int i = 0; i < utf8.capacity(); i++) {
            utf8.put(i, (byte) 0);
        }
    }

    @Override
    public String toString() {
        return "CardPin(…)";
    }
}
