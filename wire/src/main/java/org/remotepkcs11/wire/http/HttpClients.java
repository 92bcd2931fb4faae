package org.remotepkcs11.wire.http;

import java.net.ProtocolException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.Authenticator;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.TlsVersion;
import okhttp3.internal.platform.Platform;
import org.remotepkcs11.wire.SoftwareProviders;

/** OkHttp as this protocol needs it. */
final class HttpClients {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    /** Finds connections that a firewall or a sleep has killed silently. */
    private static final Duration PING = Duration.ofSeconds(15);
    private static final int IDLE_CONNECTIONS = 5;
    private static final int IDLE_MINUTES = 5;
    /**
     * Longer than a ticket can live (RFC 8446 section 4.6.1), so that Java drops those it is sent: it would derive keys
     * from them by the first security provider, which may be a token of ours that is just being opened.
     */
    private static final int NO_TICKETS = (int) Duration.ofDays(7).toSeconds() + 1;

    private HttpClients() {
    }

    static void prepare() {
        Platform.get();
    }

    static OkHttpClient mutual(X509KeyManager keys, X509TrustManager trust) {
        return client(new KeyManager[] {new OneUserKeys(keys)}, trust);
    }

    static OkHttpClient serverOnly(X509TrustManager trust) {
        return client(new KeyManager[0], trust);
    }

    private static OkHttpClient client(KeyManager[] keys, X509TrustManager trust) {
        ConnectionSpec tls13 = new ConnectionSpec.Builder(ConnectionSpec.RESTRICTED_TLS)
                .tlsVersions(TlsVersion.TLS_1_3).build();
        return new OkHttpClient.Builder()
                .sslSocketFactory(context(keys, trust).getSocketFactory(), trust)
                .socketFactory(new NoDelaySocketFactory())
                .connectionSpecs(List.of(tls13))
                .protocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1))
                .addNetworkInterceptor(onlyHttp2())
                .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, IDLE_MINUTES, TimeUnit.MINUTES))
                .eventListenerFactory(CallEvents::of)
                .proxySelector(new CurrentProxySelector())
                .proxyAuthenticator(Authenticator.JAVA_NET_AUTHENTICATOR)
                .followRedirects(false)
                .followSslRedirects(false)
                .connectTimeout(CONNECT)
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO)
                .pingInterval(PING)
                .build();
    }

    /** OkHttp always offers HTTP/1.1 beside HTTP/2; where a server chooses it, nothing is sent. */
    private static Interceptor onlyHttp2() {
        return chain -> {
            if (chain.connection() == null || chain.connection().protocol() != Protocol.HTTP_2) {
                throw new ProtocolException("the server does not speak http/2");
            }
            return chain.proceed(chain.request());
        };
    }

    private static SSLContext context(KeyManager[] keys, X509TrustManager trust) {
        try {
            Provider provider = SoftwareProviders.first("SSLContext", "TLSv1.3");
            SSLContext context = SSLContext.getInstance("TLSv1.3", provider);
            context.init(keys, new TrustManager[] {trust}, SoftwareProviders.random());
            context.getClientSessionContext().setSessionTimeout(NO_TICKETS);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform lacks TLS 1.3", e);
        }
    }
}
