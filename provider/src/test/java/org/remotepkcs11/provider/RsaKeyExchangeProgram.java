package org.remotepkcs11.provider;

import java.security.KeyStore;
import java.security.Security;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/** Plays a TLS server with the remote RSA key, and a client of it that knows one cipher suite. */
public final class RsaKeyExchangeProgram {
    private RsaKeyExchangeProgram() {
    }

    public static void main(String[] arguments) throws Exception {
        Security.insertProviderAt(new RemotePkcs11Provider(), Integer.parseInt(arguments[0]));
        KeyStore card = KeyStore.getInstance("RemotePKCS11");
        card.load(null, System.getenv("RPKCS11_PIN").toCharArray());
        SSLContext server = context(OneAlias.of(card, "rsa-2048"));
        SSLContext client = context(OneAlias.of(LocalKeys.keyStore(), LocalKeys.ALIAS));
        try (LoopbackServer listening = new LoopbackServer(server, "TLSv1.2")) {
            SSLSocketFactory sockets = client.getSocketFactory();
            try (SSLSocket socket = (SSLSocket) sockets.createSocket("127.0.0.1", listening.port())) {
                socket.setEnabledCipherSuites(new String[] {"TLS_RSA_WITH_AES_128_GCM_SHA256"});
                socket.getOutputStream().write(7);
                System.out.println("answer " + socket.getInputStream().read());
                System.out.println("spoke " + socket.getSession().getCipherSuite());
            }
        }
    }

    private static SSLContext context(KeyManager keys) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {keys}, new TrustManager[] {new AnyPeer()}, null);
        return context;
    }
}
