package org.remotepkcs11.testkit.piv;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;

/**
 * A reader of the driver vpcd. A card that is in is connected to the driver's port, also to a daemon that was started
 * again; what travels is a 2-byte length and an APDU each way, or one byte that turns the card off (0) or on (1),
 * resets it (2) or asks for its ATR (4).
 *
 * <p>The daemon looks for a card every 0.4 s. A reader that had a card taken out and another put in between two looks
 * says at the next one that it is empty, or the daemon would never know that there is another card; drivers of real
 * readers do so (libccid), but vpcd forgets, if a command found the old card gone before the look did. So this reader
 * spends a connection on being empty before another card is in.
 */
public final class VirtualReader implements AutoCloseable {
    private static final int ON = 1;
    private static final int RESET = 2;
    private static final int ATR = 4;
    private static final long RETRY_MILLIS = 50;

    private final String name;
    private final PrivateNetwork network;
    private final int port;
    private boolean closed;
    private PivCard card;
    private Socket wire;
    private boolean poweredOn;

    VirtualReader(String name, PrivateNetwork network, int port) {
        this.name = name;
        this.network = network;
        this.port = port;
        Thread thread = new Thread(this::serve, "virtual reader " + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** As PC/SC and CK_SLOT_INFO.slotDescription name it. */
    public String name() {
        return name;
    }

    /** In place of the one that was in. */
    public void insert(PivCard inserted) {
        remove();
        inserted.reset();
        synchronized (this) {
            card = inserted;
            poweredOn = false;
            notifyAll();
        }
    }

    /** Returns when a daemon has turned the card on; pcscd looks every 0.4 s. @throws IOException if none does in 10 s */
    public synchronized void awaitPower() throws IOException {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        try {
            while (!poweredOn) {
                long left = TimeUnit.NANOSECONDS.toMillis(limit - System.nanoTime());
                if (left <= 0) {
                    throw new IOException("nobody turns on the card in " + name);
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void power(boolean on) {
        poweredOn = on;
        notifyAll();
    }

    /** Also in the middle of what the card does; waits for nobody. */
    public void remove() {
        Socket cut;
        synchronized (this) {
            card = null;
            cut = wire;
            wire = null;
        }
        closeQuietly(cut);
    }

    /** Whether no card is in, though the daemon may not have noticed. */
    public synchronized boolean isEmpty() {
        return card == null;
    }

    private synchronized PivCard awaitCard() throws InterruptedException {
        while (card == null && !closed) {
            wait();
        }
        return card;
    }

    private synchronized boolean admit(PivCard inserted, Socket socket) {
        boolean still = card == inserted;
        wire = still ? socket : wire;
        return still;
    }

    /** Whether this very card is in. */
    public synchronized boolean holds(PivCard inserted) {
        return card == inserted;
    }

    private void serve() {
        try {
            for (PivCard inserted = awaitCard(); inserted != null; inserted = awaitCard()) {
                connect(inserted);
                showEmpty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void connect(PivCard inserted) throws InterruptedException {
        try (Socket socket = network.connect(port)) {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (admit(inserted, socket)) {
                talk(inserted, socket);
            }
        } catch (IOException e) {
            // The card was pulled, or the daemon is gone: while the card is in, a daemon may come.
            TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
        }
    }

    /** What vpcd sends first on a connection is a look, which this one answers by its end: nobody is there. */
    private void showEmpty() {
        try (Socket socket = network.connect(port)) {
            socket.getInputStream().read();
        } catch (IOException e) {
            // The daemon is gone, and one that is started again knows of no card.
            return;
        }
    }

    private void talk(PivCard inserted, Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        while (true) {
            // vpcd sends length and body apart; without this the second waits 40 ms for our acknowledgement.
            socket.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
            byte[] body = new byte[in.readUnsignedShort()];
            in.readFully(body);
            if (!holds(inserted)) {
                return;
            }
            if (body.length == 1) {
                control(inserted, body[0], socket.getOutputStream());
            } else {
                Optional<byte[]> response = inserted.transmit(body);
                if (response.isEmpty()) {
                    remove();
                    return;
                }
                send(socket.getOutputStream(), response.get());
            }
        }
    }

    private void control(PivCard inserted, byte command, OutputStream out) throws IOException {
        if (command == ATR) {
            send(out, inserted.atr());
        } else {
            inserted.reset();
            power(command == ON || command == RESET);
        }
    }

    private static void send(OutputStream out, byte[] body) throws IOException {
        byte[] frame = new byte[body.length + 2];
        frame[0] = (byte) (body.length >>> 8);
        frame[1] = (byte) body.length;
        System.arraycopy(body, 0, frame, 2, body.length);
        out.write(frame);
        out.flush();
    }

    private static void closeQuietly(Socket socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            // Nothing is lost: it is given up anyway.
            return;
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        remove();
    }
}
