package org.remotepkcs11.agent.p11kit;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import org.remotepkcs11.agent.frame.MalformedFrameException;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Arguments;
import org.remotepkcs11.pkcs11.table.Dispatcher;

/**
 * One {@code p11-kit-client.so}: one PKCS #11 application. Its calls carry a number of their own and are answered as
 * they are done, so that one that waits does not hold up the others.
 */
public final class P11KitConnection implements AutoCloseable {
    /** Makes the application when the client initialises. */
    public interface Applications {
        /** @throws IOException if there can be none; the connection ends */
        Dispatcher open() throws IOException;
    }

    private static final System.Logger LOG = System.getLogger(P11KitConnection.class.getName());
    private static final int VERSION = 0;
    private static final int HEADER_BYTES = 12;
    private static final int MAX_OPTIONS = 4096;
    private static final int MAX_MESSAGE = 16 << 20;
    private static final long CKR_GENERAL_ERROR = 5;
    private static final long CKR_CRYPTOKI_NOT_INITIALIZED = 0x190;

    private final ByteChannel channel;
    private final Applications applications;
    private final ExecutorService calls = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(null, task, "rpkcs11-p11-kit");
        thread.setDaemon(true);
        return thread;
    });
    private final ReentrantLock writing = new ReentrantLock();
    private volatile Dispatcher application;

    public P11KitConnection(ByteChannel channel, Applications applications) {
        this.channel = channel;
        this.applications = applications;
    }

    /** Serves until the client closes. @throws IOException if the client breaks the protocol or goes away */
    public void serve() throws IOException {
        read(1);
        write(ByteBuffer.wrap(new byte[] {VERSION}));
        for (;;) {
            ByteBuffer header;
            try {
                header = read(HEADER_BYTES);
            } catch (EOFException e) {
                return;
            }
            int code = header.getInt();
            read(length(header.getInt(), MAX_OPTIONS));
            ByteBuffer message = read(length(header.getInt(), MAX_MESSAGE));
            RpcExchange exchange = RpcExchange.read(message);
            Arrays.fill(message.array(), (byte) 0);
            take(code, exchange);
        }
    }

    private void take(int code, RpcExchange exchange) throws IOException {
        switch (exchange.call().number()) {
            case RpcCall.INITIALIZE -> {
                if (application == null) {
                    application = applications.open();
                }
                reply(code, exchange.done());
            }
            case RpcCall.FINALIZE -> {
                end();
                reply(code, exchange.done());
            }
            default -> calls.execute(() -> answer(code, exchange));
        }
    }

    private void answer(int code, RpcExchange exchange) {
        try {
            reply(code, ask(exchange));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a client went away: {0}", e.toString());
        }
    }

    private byte[] ask(RpcExchange exchange) {
        Dispatcher asked = application;
        if (asked == null) {
            return RpcExchange.error(CKR_CRYPTOKI_NOT_INITIALIZED);
        }
        Arguments arguments = exchange.arguments();
        try {
            Answer answer = asked.call(exchange.call().function().orElseThrow(), arguments);
            return exchange.answer(answer);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            LOG.log(System.Logger.Level.ERROR, "a fault in " + arguments, e);
            return RpcExchange.error(CKR_GENERAL_ERROR);
        } finally {
            arguments.wipe();
        }
    }

    private void reply(int code, byte[] message) throws IOException {
        write(ByteBuffer.allocate(HEADER_BYTES + message.length).putInt(code).putInt(0).putInt(message.length)
                .put(message).flip());
    }

    private void write(ByteBuffer bytes) throws IOException {
        writing.lock();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } finally {
            writing.unlock();
        }
    }

    private static int length(int length, int limit) throws MalformedFrameException {
        if (length < 0 || length > limit) {
            throw new MalformedFrameException("a message of " + Integer.toUnsignedLong(length) + " bytes");
        }
        return length;
    }

    /** Memory grows with what has arrived, not with what a header promises. */
    private ByteBuffer read(int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.min(length, 1 << 16));
        while (bytes.position() < length) {
            if (!bytes.hasRemaining()) {
                ByteBuffer larger = ByteBuffer.allocate(Math.min(length, bytes.capacity() * 4)).put(bytes.flip());
                Arrays.fill(bytes.array(), (byte) 0);
                bytes = larger;
            }
            if (channel.read(bytes) < 0) {
                throw new EOFException("the connection ended");
            }
        }
        return bytes.flip();
    }

    private void end() {
        Dispatcher ended = application;
        application = null;
        if (ended != null) {
            ended.close();
        }
    }

    /** Ends the application and what waits in it. */
    @Override
    public void close() throws IOException {
        channel.close();
        end();
        calls.shutdownNow();
    }
}
