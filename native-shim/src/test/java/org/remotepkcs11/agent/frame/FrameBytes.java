package org.remotepkcs11.agent.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.remotepkcs11.pkcs11.table.FunctionTable;

/** Writes frames as a module would, by SOCKET.md alone. */
final class FrameBytes {
    private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

    static FrameBytes call(String function) {
        return new FrameBytes().u16(FunctionTable.standard().byName(function).id());
    }

    static FrameBytes greeting(int version, int width) {
        return new FrameBytes().raw("RPKCS11\0".getBytes(StandardCharsets.US_ASCII)).u16(version).u8(width)
                .raw(new byte[16]).u64(4711).text("tool").text("/etc/client.properties").text("").text(":0").text("")
                .text("").text("/dev/pts/1");
    }

    FrameBytes u8(int value) {
        bytes.put((byte) value);
        return this;
    }

    FrameBytes u16(int value) {
        bytes.putShort((short) value);
        return this;
    }

    FrameBytes u32(long value) {
        bytes.putInt((int) value);
        return this;
    }

    FrameBytes u64(long value) {
        bytes.putLong(value);
        return this;
    }

    FrameBytes raw(byte... value) {
        bytes.put(value);
        return this;
    }

    FrameBytes block(byte... value) {
        return u32(value.length).raw(value);
    }

    FrameBytes text(String value) {
        return block(value.getBytes(StandardCharsets.UTF_8));
    }

    ByteBuffer frame() {
        return bytes.duplicate().flip().order(ByteOrder.LITTLE_ENDIAN);
    }

    byte[] array() {
        byte[] array = new byte[bytes.position()];
        frame().get(array);
        return array;
    }
}
