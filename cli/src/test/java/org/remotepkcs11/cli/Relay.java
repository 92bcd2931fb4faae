package org.remotepkcs11.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;

/**
 * Passes connections on to a server that may be away: those that come meanwhile wait for its return. So a client's
 * patience does not depend on how fast this machine starts a server.
 */
final class Relay implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int server;
    private volatile CountDownLatch present = new CountDownLatch(0);

    Relay(int server) throws IOException {
        this.server = server;
        run("relay", this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    void serverIsAway() {
        present = new CountDownLatch(1);
    }

    void serverIsBack() {
        present.countDown();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            run("relay-connection", () -> connect(client));
        }
    }

    private void connect(Socket client) throws IOException, InterruptedException {
        present.await();
        try (client; Socket upstream = new Socket(InetAddress.getLoopbackAddress(), server)) {
            run("relay-upstream", () -> pass(client.getInputStream(), upstream));
            pass(upstream.getInputStream(), client);
        }
    }

    private static void pass(InputStream from, Socket to) throws IOException {
        try (to; OutputStream out = to.getOutputStream()) {
            from.transferTo(out);
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void run(String name, Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException | InterruptedException e) {
                // One side ended the connection, or the test is over: so does the other.
            }
        }, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
