package org.remotepkcs11.cli.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Whether the server proves by TLS to be the proxy of the configuration. */
final class TlsCheck {
    private static final String CHECK = "tls";

    private final URI url;
    private final Path authority;

    TlsCheck(URI url, Path authority) {
        this.url = url;
        this.authority = authority;
    }

    /** Shakes hands twice: without looking at the name, and with, so that the two mistakes can be told apart. */
    Finding examine() throws IOException, GeneralSecurityException {
        if (way().type() == Proxy.Type.HTTP) {
            return Finding.ok(CHECK, "not looked at by itself, as an HTTP proxy is in between");
        }
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, trust().getTrustManagers(), null);
        X509Certificate server;
        try {
            server = handshake(context, null);
        } catch (SSLException e) {
            return Finding.problem(CHECK, "the server is not under the authority of " + authority
                    + ", or no proxy at all",
                    "is proxy.url right? if the proxy was set up anew, enrol again");
        } catch (IOException e) {
            return Finding.problem(CHECK, "something listens there and does not answer by TLS: " + e.getMessage(),
                    "is proxy.url right? does the proxy hang, or a firewall hold it back?");
        }
        try {
            handshake(context, "HTTPS");
        } catch (SSLException e) {
            return Finding.problem(CHECK, "the proxy's certificate is not for " + url.getHost() + " but for "
                    + names(server), "use one of those names in proxy.url, or add the name to 'names' at the proxy");
        }
        return Finding.ok(CHECK, "the server is under your proxy's authority and has the right name");
    }

    private X509Certificate handshake(SSLContext context, String identification) throws IOException {
        try (Socket tunnel = new Socket(way())) {
            tunnel.connect(new InetSocketAddress(url.getHost(), NetworkCheck.portOf(url)), NetworkCheck.TIMEOUT_MILLIS);
            tunnel.setSoTimeout(NetworkCheck.TIMEOUT_MILLIS);
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                    .createSocket(tunnel, url.getHost(), NetworkCheck.portOf(url), true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm(identification);
                parameters.setApplicationProtocols(new String[] {"h2"});
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                return (X509Certificate) socket.getSession().getPeerCertificates()[0];
            }
        }
    }

    private Proxy way() {
        return ProxySelector.getDefault().select(url).get(0);
    }

    private TrustManagerFactory trust() throws IOException, GeneralSecurityException {
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        try (InputStream in = Files.newInputStream(authority)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            for (Certificate certificate : certificates) {
                anchors.setCertificateEntry("anchor " + anchors.size(), certificate);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(anchors);
        return factory;
    }

    private static String names(X509Certificate server) throws CertificateParsingException {
        Collection<List<?>> names = server.getSubjectAlternativeNames();
        return names == null ? "nobody"
                : names.stream().map(name -> String.valueOf(name.get(1))).collect(Collectors.joining(", "));
    }
}
