package org.remotepkcs11.agent.frame;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;

/** Takes frames off a channel. The memory of one serves for the next. */
public final class Frames {
    /** No frame is longer, its length with it. */
    public static final int MAX_BYTES = 16 << 20;

    private static final int HEADER_BYTES = Integer.BYTES;
    private static final int SMALL = 4096;
    private static final int KEPT = 1 << 20;
    private static final byte[] ZEROS = new byte[SMALL];

    private final ReadableByteChannel channel;
    private ByteBuffer bytes = allocate(SMALL);

    public Frames(ReadableByteChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits for a whole frame.
     *
     * @return what is in it, valid until {@link #wipe}; empty when the other end closed between two frames
     * @throws MalformedFrameException if the frame is empty or too long
     * @throws EOFException            if the other end closed within a frame
     */
    public Optional<ByteBuffer> next() throws IOException {
        if (bytes.capacity() > KEPT) {
            bytes = allocate(SMALL);
        }
        bytes.clear();
        if (!fill(HEADER_BYTES)) {
            return Optional.empty();
        }
        int length = bytes.getInt(0);
        if (length <= 0 || length > MAX_BYTES - HEADER_BYTES) {
            throw new MalformedFrameException("a frame of " + Integer.toUnsignedLong(length) + " bytes");
        }
        grow(HEADER_BYTES + length);
        fill(HEADER_BYTES + length);
        if (bytes.position() != HEADER_BYTES + length) {
            throw new MalformedFrameException("a second frame before the first was answered");
        }
        return Optional.of(bytes.slice(HEADER_BYTES, length).order(ByteOrder.LITTLE_ENDIAN));
    }

    /** Overwrites the frame: it may have held a PIN. */
    public void wipe() {
        overwrite(bytes);
    }

    private boolean fill(int length) throws IOException {
        while (bytes.position() < length) {
            if (channel.read(bytes) < 0) {
                if (bytes.position() == 0) {
                    return false;
                }
                throw new EOFException("the connection ended within a frame");
            }
        }
        return true;
    }

    /** The memory grows with what has arrived, not with what a header promises. */
    private void grow(int length) throws IOException {
        while (bytes.capacity() < length) {
            fill(bytes.capacity());
            ByteBuffer larger = allocate(Math.min(length, bytes.capacity() * 4));
            larger.put(bytes.flip());
            overwrite(bytes);
            bytes = larger;
        }
    }

    private static void overwrite(ByteBuffer buffer) {
        buffer.flip();
        while (buffer.hasRemaining()) {
            buffer.put(ZEROS, 0, Math.min(ZEROS.length, buffer.remaining()));
        }
    }

    /** Outside the heap, where the system writes without a copy. */
    private static ByteBuffer allocate(int capacity) {
        return ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }
}
