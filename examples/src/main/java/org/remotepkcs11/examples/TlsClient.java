package org.remotepkcs11.examples;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.remotepkcs11.provider.RemotePkcs11Provider;

/** {@code TlsClient URL TRUST.pem} fetches a page from a server that asks for a client certificate. */
public final class TlsClient {
    private TlsClient() {
    }

    public static void main(String[] arguments) throws GeneralSecurityException, IOException, InterruptedException {
        Security.addProvider(new RemotePkcs11Provider());
        char[] pin = System.getenv("RPKCS11_PIN").toCharArray();
        KeyStore card = KeyStore.getInstance("RemotePKCS11");
        card.load(null, pin);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(card, pin);

        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trusting(Path.of(arguments[1])).getTrustManagers(), null);
        HttpResponse<String> response = HttpClient.newBuilder().sslContext(context).build()
                .send(HttpRequest.newBuilder(URI.create(arguments[0])).build(), HttpResponse.BodyHandlers.ofString());
        System.out.println("status " + response.statusCode());
        System.out.print(response.body());
    }

    private static TrustManagerFactory trusting(Path pem) throws GeneralSecurityException, IOException {
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        try (InputStream stream = Files.newInputStream(pem)) {
            anchors.setCertificateEntry("anchor", CertificateFactory.getInstance("X.509").generateCertificate(stream));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(anchors);
        return factory;
    }
}
