package org.remotepkcs11.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.SoftwareProviders;

/** By what the proxy is known: trust anchors for TLS, and the key of its replies. */
record ProxyTrust(X509TrustManager anchors, PublicKey replyKey) {
    /** @throws RefusedException CONFIGURATION_INVALID */
    static ProxyTrust load(ClientConfiguration configuration) throws RefusedException {
        Collection<? extends Certificate> anchors = certificates(configuration.proxyAuthority(), "proxy.authority");
        Collection<? extends Certificate> proxy = certificates(configuration.proxyCertificate(), "proxy.certificate");
        try {
            return new ProxyTrust(trusting(anchors), proxy.iterator().next().getPublicKey());
        } catch (GeneralSecurityException | IOException e) {
            throw ConfigurationFile.invalid("proxy.authority: " + e.getMessage());
        }
    }

    Id proxy() {
        return Fingerprint.of(replyKey);
    }

    private static Collection<? extends Certificate> certificates(Path file, String key) throws RefusedException {
        try (InputStream stream = Files.newInputStream(file)) {
            Collection<? extends Certificate> read =
                    CertificateFactory.getInstance("X.509").generateCertificates(stream);
            if (!read.isEmpty()) {
                return read;
            }
        } catch (IOException | CertificateException e) {
            throw ConfigurationFile.invalid(key + ": " + file + " holds no readable certificate");
        }
        throw ConfigurationFile.invalid(key + ": " + file + " holds no certificate");
    }

    private static X509TrustManager trusting(Collection<? extends Certificate> anchors)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12", SoftwareProviders.first("KeyStore", "PKCS12"));
        store.load(null, null);
        for (Certificate anchor : anchors) {
            store.setCertificateEntry("anchor " + store.size(), anchor);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX",
                SoftwareProviders.first("TrustManagerFactory", "PKIX"));
        factory.init(store);
        TrustManager[] managers = factory.getTrustManagers();
        return Arrays.stream(managers).filter(X509TrustManager.class::isInstance).map(X509TrustManager.class::cast)
                .findFirst().orElseThrow(() -> new CertificateException("this Java has no X.509 trust manager"));
    }
}
