package org.remotepkcs11.testkit;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The JDK's HTTP client over one connection, which posts whatever it is given. */
record PlainHttp(HttpClient client, URI url) {
    static PlainHttp of(TestProxy proxy, TestUser user) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("user", user.keys().getPrivate(), new char[0], user.chain().toArray(Certificate[]::new));
        store.setCertificateEntry("authority", proxy.wire().authority());
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return new PlainHttp(HttpClient.newBuilder().sslContext(context).build(), proxy.url().resolve("/v1"));
    }

    CompletableFuture<HttpResponse<byte[]>> post(byte[] body) {
        HttpRequest request = HttpRequest.newBuilder(url).header("Content-Type", "application/x-protobuf")
                .timeout(Duration.ofSeconds(60)).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
        return client.sendAsync(request, BodyHandlers.ofByteArray());
    }
}
