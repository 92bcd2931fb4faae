package org.remotepkcs11.proxy.cards.process;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/**
 * Frames over a Unix socket: a 4-byte length, then a message. Read by one thread, written by many.
 *
 * <p>A frame may hold a PIN. It passes only through memory that is wiped here: given buffers on the heap, the JDK would
 * copy them to native memory that it keeps for each thread and never wipes.
 */
final class FrameChannel implements AutoCloseable {
    private static final int CHUNK = 16 * 1024;
    private static final byte[] ZEROS = new byte[CHUNK];

    private final SocketChannel socket;
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(CHUNK);
    private final ByteBuffer outgoing = ByteBuffer.allocateDirect(CHUNK);

    FrameChannel(SocketChannel socket) {
        this.socket = socket;
    }

    /** @throws IOException if the other side is gone, or speaks something else */
    ModuleMessage read() throws IOException {
        byte[] head = new byte[Integer.BYTES];
        fill(head);
        int length = ByteBuffer.wrap(head).getInt();
        if (length < 1 || length > MessageCodec.MAX_FRAME) {
            throw new IOException("a frame of " + length + " bytes");
        }
        byte[] frame = new byte[length];
        try {
            fill(frame);
            return MessageCodec.decode(frame);
        } finally {
            Arrays.fill(frame, (byte) 0);
        }
    }

    private void fill(byte[] target) throws IOException {
        try {
            for (int at = 0; at < target.length; at += incoming.position()) {
                incoming.clear().limit(Math.min(CHUNK, target.length - at));
                if (socket.read(incoming) < 0) {
                    throw new EOFException("the other process ended");
                }
                incoming.get(0, target, at, incoming.position());
            }
        } finally {
            incoming.clear().put(ZEROS);
        }
    }

    synchronized void write(ModuleMessage message) throws IOException {
        byte[] frame = MessageCodec.encode(message);
        try {
            outgoing.clear().putInt(frame.length);
            for (int at = 0; at < frame.length; outgoing.clear()) {
                int part = Math.min(outgoing.remaining(), frame.length - at);
                outgoing.put(frame, at, part).flip();
                at += part;
                while (outgoing.hasRemaining()) {
                    socket.write(outgoing);
                }
            }
        } finally {
            outgoing.clear().put(ZEROS);
            Arrays.fill(frame, (byte) 0);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
