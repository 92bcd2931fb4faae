package org.remotepkcs11.proxy.pipeline;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTPS server: HTTP/2 where the client can, else HTTP/1.1. */
final class HttpsEdge implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpsEdge.class);
    private static final Duration CONNECTION_IDLE = Duration.ofMinutes(10);
    private static final int MAX_HEADER_BYTES = 8 * 1024;
    private static final int RECEIVE_WINDOW = 4 << 20;
    private static final int STREAM_WINDOW = 1 << 20;
    /** More than a TLS record: then TLS decrypts right into it, and no other buffer keeps what was sent. */
    private static final int INPUT_BUFFER = 32 * 1024;
    private static final int BACKLOG = 1024;
    private static final int MAX_CONNECTIONS = 10_000;

    /** Where to listen. */
    record Place(String address, int port) {
    }

    private final Server server;
    private final int port;
    private final PostHandler posts;

    private HttpsEdge(Server server, int port, PostHandler posts) {
        this.server = server;
        this.port = port;
        this.posts = posts;
    }

    /** @throws IOException if the address cannot be listened on */
    static HttpsEdge start(Place place, Supplier<ServerKey> key, Map<String, Endpoint> endpoints, Bounds bounds)
            throws IOException {
        Server server = new Server(bounds.threads());
        HttpConfiguration http = http(bounds);
        HTTP2ServerConnectionFactory http2 = http2(http, bounds);
        HttpConnectionFactory http1 = new HttpConnectionFactory(http);
        http1.setInputBufferSize(INPUT_BUFFER);
        ALPNServerConnectionFactory alpn =
                new ALPNServerConnectionFactory(http2.getProtocol(), http1.getProtocol());
        alpn.setDefaultProtocol(http1.getProtocol());
        SslConnectionFactory tls = new SslConnectionFactory(ServerTls.context(key), alpn.getProtocol());
        ServerConnector connector = new ServerConnector(server, 1, 1, tls, alpn, http2, http1);
        connector.setHost(place.address());
        connector.setPort(place.port());
        connector.setAcceptQueueSize(BACKLOG);
        connector.setIdleTimeout(CONNECTION_IDLE.toMillis());
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, connector));
        server.setErrorHandler(HttpsEdge::withoutBody);
        PostHandler posts = new PostHandler(endpoints, bounds.underWay());
        server.setHandler(new GracefulHandler(posts));
        server.setStopTimeout(bounds.stopping().toMillis());
        start(server);
        return new HttpsEdge(server, connector.getLocalPort(), posts);
    }

    /**
     * @param threads  that answer; the edge stops them
     * @param underWay requests at once
     * @param silence  longest between two pieces of a request's body
     * @param stopping how long requests under way may go on when the edge is closed
     */
    record Bounds(QueuedThreadPool threads, int underWay, Duration silence, Duration stopping) {
    }

    private static HttpConfiguration http(Bounds bounds) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        http.setRequestHeaderSize(MAX_HEADER_BYTES);
        http.setIdleTimeout(bounds.silence().toMillis());
        return http;
    }

    private static HTTP2ServerConnectionFactory http2(HttpConfiguration http, Bounds bounds) {
        HTTP2ServerConnectionFactory http2 = new HTTP2ServerConnectionFactory(http);
        http2.setMaxConcurrentStreams(bounds.underWay());
        http2.setStreamIdleTimeout(bounds.silence().toMillis());
        http2.setInitialSessionRecvWindow(RECEIVE_WINDOW);
        http2.setInitialStreamRecvWindow(STREAM_WINDOW);
        http2.setInputBufferSize(INPUT_BUFFER);
        return http2;
    }

    /** Of what is no request of the protocol; Jetty's own page would tell strangers what runs here. */
    private static boolean withoutBody(Request request, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 0);
        response.write(true, null, callback);
        return true;
    }

    private static void start(Server server) throws IOException {
        try {
            server.start();
        } catch (Exception e) {
            // LifeCycle.start declares Exception; what it throws here is that the address is taken or not ours
            stop(server);
            throw e instanceof IOException io ? io : new IOException("the HTTPS server did not start", e);
        }
    }

    int port() {
        return port;
    }

    long requests() {
        return posts.taken();
    }

    /** Takes no more requests, lets those under way end, then closes. */
    @Override
    public void close() {
        stop(server);
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception e) {
            // LifeCycle.stop declares Exception; requests that did not end in time arrive here, and end now
            LOG.warn("not every request ended in time: {}", e.toString());
        }
    }
}
