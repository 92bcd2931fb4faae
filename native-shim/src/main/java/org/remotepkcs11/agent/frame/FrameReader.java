package org.remotepkcs11.agent.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads one frame's fields; never past its end. */
final class FrameReader {
    private final ByteBuffer bytes;

    FrameReader(ByteBuffer bytes) {
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    }

    int u8() throws MalformedFrameException {
        need(Byte.BYTES);
        return Byte.toUnsignedInt(bytes.get());
    }

    int u16() throws MalformedFrameException {
        need(Short.BYTES);
        return Short.toUnsignedInt(bytes.getShort());
    }

    long u64() throws MalformedFrameException {
        need(Long.BYTES);
        return bytes.getLong();
    }

    /** True or false and nothing else. */
    boolean flag() throws MalformedFrameException {
        int value = u8();
        if (value > 1) {
            throw new MalformedFrameException("a flag of value " + value);
        }
        return value == 1;
    }

    /** A count of things of which each takes at least {@code size} bytes of this frame. */
    int count(int size, int limit) throws MalformedFrameException {
        need(Integer.BYTES);
        long count = Integer.toUnsignedLong(bytes.getInt());
        if (count > limit || count * size > bytes.remaining()) {
            throw new MalformedFrameException("a count of " + count);
        }
        return (int) count;
    }

    byte[] bytes(int length) throws MalformedFrameException {
        need(length);
        byte[] value = new byte[length];
        bytes.get(value);
        return value;
    }

    byte[] block() throws MalformedFrameException {
        return bytes(count(1, Integer.MAX_VALUE));
    }

    String text(int limit) throws MalformedFrameException {
        return new String(bytes(count(1, limit)), StandardCharsets.UTF_8);
    }

    void end() throws MalformedFrameException {
        if (bytes.hasRemaining()) {
            throw new MalformedFrameException(bytes.remaining() + " bytes too many");
        }
    }

    private void need(int length) throws MalformedFrameException {
        if (length > bytes.remaining()) {
            throw new MalformedFrameException("the frame ends early");
        }
    }
}
