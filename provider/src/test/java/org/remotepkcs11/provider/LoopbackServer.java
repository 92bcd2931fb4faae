package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** Asks one TLS client for its certificate, takes a 7 and answers an 8. */
final class LoopbackServer implements AutoCloseable {
    private final SSLServerSocket listening;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final CompletableFuture<Certificate> shown;

    LoopbackServer(SSLContext context, String... versions) throws IOException {
        listening = (SSLServerSocket) context.getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        if (versions.length > 0) {
            listening.setEnabledProtocols(versions);
        }
        listening.setNeedClientAuth(true);
        shown = CompletableFuture.supplyAsync(this::serve, thread);
    }

    private Certificate serve() {
        try (SSLSocket socket = (SSLSocket) listening.accept()) {
            assertThat(socket.getInputStream().read()).isEqualTo(7);
            socket.getOutputStream().write(8);
            return socket.getSession().getPeerCertificates()[0];
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    /** What the client showed. */
    Certificate shown() throws Exception {
        return shown.get(20, TimeUnit.SECONDS);
    }

    /** Plays the client. @return the protocol version */
    static String talk(SSLContext context, int port) throws IOException {
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(7);
            assertThat(socket.getInputStream().read()).isEqualTo(8);
            return socket.getSession().getProtocol();
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        thread.shutdownNow();
    }
}
