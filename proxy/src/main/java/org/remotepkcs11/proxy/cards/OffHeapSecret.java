package org.remotepkcs11.proxy.cards;

import java.nio.ByteBuffer;

/**
 * Secret bytes for as long as something needs them. The holder closes it, which wipes them. They are kept outside of
 * Java's heap, where the collector would leave copies that nobody can wipe.
 */
public final class OffHeapSecret implements AutoCloseable {
    private final ByteBuffer bytes;
    private boolean closed;

    private OffHeapSecret(ByteBuffer content) {
        bytes = ByteBuffer.allocateDirect(content.remaining()).put(content);
    }

    /** Copies its argument. */
    public static OffHeapSecret of(byte[] bytes) {
        return new OffHeapSecret(ByteBuffer.wrap(bytes));
    }

    private ByteBuffer content() {
        if (closed) {
            throw new IllegalStateException("the secret was wiped already");
        }
        return bytes.duplicate().flip();
    }

    public int length() {
        return bytes.capacity();
    }

    /** Puts the bytes there. @throws IllegalStateException if closed */
    public synchronized void writeTo(ByteBuffer target) {
        target.put(content());
    }

    /** A copy that the caller wipes. @throws IllegalStateException if closed */
    public synchronized byte[] bytes() {
        byte[] copy = new byte[bytes.capacity()];
        content().get(copy);
        return copy;
    }

    @Override
    public synchronized void close() {
        closed = true;
        for (int i = 0; i < bytes.capacity(); i++) {
            bytes.put(i, (byte) 0);
        }
    }

    @Override
    public String toString() {
        return "OffHeapSecret(…)";
    }
}
