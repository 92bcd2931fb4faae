package org.remotepkcs11.proxy.pipeline;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * TLS 1.3 alone. Any client certificate is let in, none too: TLS proves that the client has its key, and the pipeline
 * judges the certificate, so that each reason has its own answer.
 */
final class ServerTls {
    private ServerTls() {
    }

    /** @param key asked at each handshake, so that a renewed certificate needs no restart */
    static SslContextFactory.Server context(Supplier<ServerKey> key) {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(new KeyManager[] {new OneKey(key)}, new TrustManager[] {new AnyClient()}, null);
            SslContextFactory.Server factory = new SslContextFactory.Server();
            factory.setSslContext(context);
            factory.setIncludeProtocols("TLSv1.3");
            factory.setWantClientAuth(true);
            return factory;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS 1.3", e);
        }
    }

    private static final class AnyClient extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            // judged by the pipeline
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
            // judged by the pipeline
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            // judged by the pipeline
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            throw new UnsupportedOperationException("this is a server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
            throw new UnsupportedOperationException("this is a server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            throw new UnsupportedOperationException("this is a server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static final class OneKey extends X509ExtendedKeyManager {
        private static final String ALIAS = "server";
        private final Supplier<ServerKey> key;

        OneKey(Supplier<ServerKey> key) {
            this.key = key;
        }

        @Override
        public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            return ofType(keyType) ? ALIAS : null;
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return ofType(keyType) ? ALIAS : null;
        }

        private boolean ofType(String keyType) {
            return key.get().key().getAlgorithm().equals(keyType);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return key.get().chain().toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key.get().key();
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return ofType(keyType) ? new String[] {ALIAS} : null;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
            return null;
        }
    }
}
