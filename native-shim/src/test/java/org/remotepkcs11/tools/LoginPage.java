package org.remotepkcs11.tools;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Principal;
import java.security.cert.Certificate;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.remotepkcs11.testkit.TestAuthority;

/** The JDK's HTTPS server at a port of the loopback; lets in who has a certificate of the authority, and says who that is. */
final class LoginPage implements AutoCloseable {
    private static final char[] PASSWORD = "of no importance".toCharArray();

    private final HttpsServer server;
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final Set<String> guests = ConcurrentHashMap.newKeySet();

    private LoginPage(HttpsServer server) {
        this.server = server;
    }

    static LoginPage of(TestAuthority authority) throws IOException, GeneralSecurityException {
        LoginPage page = new LoginPage(HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        SSLContext context = context(authority);
        page.server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters required = context.getDefaultSSLParameters();
                required.setNeedClientAuth(true);
                parameters.setSSLParameters(required);
            }
        });
        page.server.createContext("/", page::welcome);
        page.server.setExecutor(page.workers);
        page.server.start();
        return page;
    }

    private static SSLContext context(TestAuthority authority) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair keys = generator.generateKeyPair();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", authority.certificate());
        store.setKeyEntry("server", keys.getPrivate(), PASSWORD, new Certificate[] {
            authority.issueServer("localhost", keys.getPublic()), authority.certificate()});
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(store, PASSWORD);
        TrustManagerFactory others = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        others.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), others.getTrustManagers(), null);
        return context;
    }

    private void welcome(HttpExchange exchange) throws IOException {
        Principal guest = ((HttpsExchange) exchange).getSSLSession().getPeerPrincipal();
        guests.add(guest.getName());
        byte[] page = ("<!DOCTYPE html><title>Welcome " + guest.getName().replace("CN=", "") + "</title>")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "text/html");
        exchange.sendResponseHeaders(200, page.length);
        exchange.getResponseBody().write(page);
        exchange.close();
    }

    String port() {
        return Integer.toString(server.getAddress().getPort());
    }

    /** Names of those who were let in. */
    Set<String> guests() {
        return Set.copyOf(guests);
    }

    @Override
    public void close() {
        server.stop(0);
        workers.shutdownNow();
    }
}
