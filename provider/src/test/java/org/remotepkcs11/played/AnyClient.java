package org.remotepkcs11.played;

import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;

/** Takes any client certificate at the TLS level, as the real proxy does, which judges it afterwards. */
final class AnyClient implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
        // The request's signature tells who asks.
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
        throw new UnsupportedOperationException("a server asks nobody");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
