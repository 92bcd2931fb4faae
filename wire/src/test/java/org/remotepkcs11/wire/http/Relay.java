package org.remotepkcs11.wire.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A network between client and server that counts connections, cuts them and swallows what goes over them. */
final class Relay implements AutoCloseable {
    final AtomicInteger connections = new AtomicInteger();
    private final ServerSocket listener = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new ArrayList<>();
    private final int target;
    private volatile boolean swallowing;

    Relay(int target) throws IOException {
        this.target = target;
        daemon(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** From now on bytes vanish on the connections that stand, as behind a firewall that forgot them. */
    void swallow() {
        swallowing = true;
    }

    /** Ends all connections that stand. */
    synchronized void cut() throws IOException {
        for (Socket socket : sockets) {
            if (!socket.isClosed()) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        }
        sockets.clear();
    }

    private void accept() throws IOException {
        while (true) {
            Socket near = listener.accept();
            connections.incrementAndGet();
            swallowing = false;
            join(near, new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
        }
    }

    void join(Socket near, InetSocketAddress address) throws IOException {
        Socket far = new Socket();
        far.connect(address);
        synchronized (this) {
            sockets.add(near);
            sockets.add(far);
        }
        daemon(() -> copy(near.getInputStream(), far.getOutputStream()));
        daemon(() -> copy(far.getInputStream(), near.getOutputStream()));
    }

    private void copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[16_384];
        boolean deaf = false;
        for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
            deaf |= swallowing;
            if (!deaf) {
                to.write(buffer, 0, count);
            }
        }
        to.close();
    }

    /** What a thread does until the network ends. */
    interface Work {
        void run() throws IOException;
    }

    static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                return;
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
