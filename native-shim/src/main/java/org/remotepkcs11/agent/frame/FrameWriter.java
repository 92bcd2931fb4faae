package org.remotepkcs11.agent.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Writes one frame, its length first. Used again and again; what it held is overwritten. */
final class FrameWriter {
    private static final int HEADER_BYTES = Integer.BYTES;
    private static final int SMALL = 4096;
    private static final int KEPT = 1 << 20;

    private ByteBuffer bytes = allocate(SMALL);

    /** An empty frame. */
    FrameWriter begin() {
        Arrays.fill(bytes.array(), 0, bytes.position(), (byte) 0);
        if (bytes.capacity() > KEPT) {
            bytes = allocate(SMALL);
        }
        bytes.clear().position(HEADER_BYTES);
        return this;
    }

    /** The frame, ready to be sent; valid until the next {@link #begin}. */
    ByteBuffer finish() {
        bytes.putInt(0, bytes.position() - HEADER_BYTES);
        return bytes.duplicate().flip();
    }

    FrameWriter u8(int value) {
        room(Byte.BYTES).put((byte) value);
        return this;
    }

    FrameWriter flag(boolean value) {
        return u8(value ? 1 : 0);
    }

    FrameWriter u32(int value) {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    FrameWriter u64(long value) {
        room(Long.BYTES).putLong(value);
        return this;
    }

    FrameWriter bytes(byte[] value) {
        room(value.length).put(value);
        return this;
    }

    FrameWriter block(byte[] value) {
        return u32(value.length).bytes(value);
    }

    private ByteBuffer room(int length) {
        if (length > bytes.remaining()) {
            int needed = Math.addExact(bytes.position(), length);
            if (needed > Frames.MAX_BYTES) {
                throw new IllegalArgumentException("an answer longer than a frame may be");
            }
            ByteBuffer larger = allocate(Math.max(needed, Math.min(bytes.capacity() * 2, Frames.MAX_BYTES)));
            larger.put(bytes.array(), 0, bytes.position());
            Arrays.fill(bytes.array(), (byte) 0);
            bytes = larger;
        }
        return bytes;
    }

    private static ByteBuffer allocate(int capacity) {
        return ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }
}
