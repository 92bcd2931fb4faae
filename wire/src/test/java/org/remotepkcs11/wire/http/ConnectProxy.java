package org.remotepkcs11.wire.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy of a company network that knows CONNECT (RFC 9110 section 9.3.6) and wants a password. */
final class ConnectProxy implements AutoCloseable {
    final List<String> tunnels = new CopyOnWriteArrayList<>();
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Relay relay = new Relay(0);
    private final String credentials;

    /** @param credentials Basic, in Base64 */
    ConnectProxy(String credentials) throws IOException {
        this.credentials = credentials;
        Relay.daemon(() -> {
            while (true) {
                Socket client = listener.accept();
                Relay.daemon(() -> serve(client));
            }
        });
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
    }

    private void serve(Socket client) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        while (true) {
            String target = reader.readLine().split(" ")[1];
            boolean allowed = false;
            for (String line = reader.readLine(); !line.isEmpty(); line = reader.readLine()) {
                allowed |= line.equalsIgnoreCase("Proxy-Authorization: Basic " + credentials);
            }
            if (allowed) {
                tunnels.add(target);
                say(client, "HTTP/1.1 200 ok\r\n\r\n");
                relay.join(client, new InetSocketAddress("127.0.0.1", Integer.parseInt(target.split(":")[1])));
                return;
            }
            say(client, "HTTP/1.1 407 no\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n\r\n");
        }
    }

    private static void say(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() throws IOException {
        listener.close();
        relay.close();
    }
}
