package org.remotepkcs11.proxy.pipeline;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.remotepkcs11.proxy.authority.Authority;
import org.remotepkcs11.proxy.authority.Keys;

/** Both ends of TLS under one authority; the client is the JDK's. */
final class TestTls {
    final Authority authority = Authority.create(Instant.now());

    ServerKey server() {
        KeyPair pair = Keys.p256();
        X509Certificate certificate =
                authority.issueServer(pair.getPublic(), List.of("127.0.0.1", "localhost"), Instant.now());
        return new ServerKey(pair.getPrivate(), List.of(certificate, authority.certificate()));
    }

    X509Certificate user(KeyPair pair) {
        return authority.issueUser(pair.getPublic(), "Uma", Instant.now(), Authority.USER_LIFE);
    }

    HttpClient anonymous(HttpClient.Version version) throws Exception {
        return HttpClient.newBuilder().version(version).sslContext(context(null)).build();
    }

    HttpClient as(KeyPair pair, X509Certificate certificate) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("user", pair.getPrivate(), new char[0], new Certificate[] {certificate});
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return HttpClient.newBuilder().sslContext(context(factory.getKeyManagers())).build();
    }

    SSLContext context(KeyManager[] keys) throws Exception {
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("authority", authority.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(anchors);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust.getTrustManagers(), null);
        return context;
    }

    static HttpRequest.Builder post(int port, String path, HttpRequest.BodyPublisher body) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path))
                .header("Content-Type", "application/x-protobuf").POST(body);
    }
}
