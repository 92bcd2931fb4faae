package org.remotepkcs11.proxy.cards.process;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/** Frames over a Unix socket: a 4-byte length, then a message. Read by one thread, written by many. */
final class FrameChannel implements AutoCloseable {
    private final SocketChannel socket;

    FrameChannel(SocketChannel socket) {
        this.socket = socket;
    }

    /** @throws IOException if the other side is gone, or speaks something else */
    ModuleMessage read() throws IOException {
        ByteBuffer head = filled(ByteBuffer.allocate(Integer.BYTES));
        int length = head.getInt();
        if (length < 1 || length > MessageCodec.MAX_FRAME) {
            throw new IOException("a frame of " + length + " bytes");
        }
        byte[] frame = new byte[length];
        try {
            filled(ByteBuffer.wrap(frame));
            return MessageCodec.decode(frame);
        } finally {
            Arrays.fill(frame, (byte) 0);
        }
    }

    private ByteBuffer filled(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (socket.read(buffer) < 0) {
                throw new EOFException("the other process ended");
            }
        }
        return buffer.flip();
    }

    synchronized void write(ModuleMessage message) throws IOException {
        byte[] frame = MessageCodec.encode(message);
        try {
            ByteBuffer[] parts = {ByteBuffer.allocate(Integer.BYTES).putInt(frame.length).flip(), ByteBuffer.wrap(frame)};
            while (parts[1].hasRemaining()) {
                socket.write(parts);
            }
        } finally {
            Arrays.fill(frame, (byte) 0);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
