package org.remotepkcs11.wire.http;

import java.net.URI;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.security.cert.CRL;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.TrustManager;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Jetty on loopback. */
final class TestServer implements AutoCloseable {
    /** Makes an answer. */
    interface Answer {
        byte[] to(Request request, Response response, byte[] body) throws Exception;
    }

    /** What differs from a proxy's own server. */
    record Settings(String tls, boolean http2, int streams) {
        static final Settings USUAL = new Settings("TLSv1.3", true, 1024);
    }

    final AtomicInteger requests = new AtomicInteger();
    private final Server server = new Server();
    private final ServerConnector connector;

    TestServer(KeyStore keys, Answer answer) throws Exception {
        this(keys, Settings.USUAL, answer);
    }

    TestServer(KeyStore keys, Settings settings, Answer answer) throws Exception {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.addCustomizer(new SecureRequestCustomizer());
        HttpConnectionFactory http1 = new HttpConnectionFactory(configuration);
        HTTP2ServerConnectionFactory http2 = new HTTP2ServerConnectionFactory(configuration);
        http2.setMaxConcurrentStreams(settings.streams());
        ConnectionFactory tls = new SslConnectionFactory(tls(keys, settings), settings.http2() ? "alpn" : "http/1.1");
        connector = settings.http2()
                ? new ServerConnector(server, tls, new ALPNServerConnectionFactory("h2"), http2, http1)
                : new ServerConnector(server, tls, http1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(handler(answer));
        server.start();
    }

    private static SslContextFactory.Server tls(KeyStore keys, Settings settings) {
        SslContextFactory.Server tls = new SslContextFactory.Server() {
            @Override
            protected TrustManager[] getTrustManagers(KeyStore store, Collection<? extends CRL> crls) {
                return SslContextFactory.TRUST_ALL_CERTS;
            }
        };
        tls.setKeyStore(keys);
        tls.setKeyStorePassword(new String(TestAuthority.PASSWORD));
        tls.setIncludeProtocols(settings.tls());
        tls.setWantClientAuth(true);
        tls.setTrustStore(keys);
        tls.setSniRequired(false);
        return tls;
    }

    private Handler handler(Answer answer) {
        return new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                requests.incrementAndGet();
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, HttpTransport.CONTENT_TYPE);
                ByteBuffer body = Content.Source.asByteBuffer(request);
                byte[] bytes = new byte[body.remaining()];
                body.get(bytes);
                response.write(true, ByteBuffer.wrap(answer.to(request, response, bytes)), callback);
                return true;
            }
        };
    }

    URI url() {
        return URI.create("https://127.0.0.1:" + port());
    }

    int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() throws Exception {
        server.setStopTimeout(0);
        server.stop();
    }
}
