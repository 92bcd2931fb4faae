package org.remotepkcs11.wire.http;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.remotepkcs11.wire.EnrollmentCode;

/**
 * Trusts the proxy that made an enrolment code and no other: the server's chain must hold the authority that the code
 * names, and be valid under it (RFC 5280 section 6).
 */
public final class EnrollmentTrust implements X509TrustManager {
    private final EnrollmentCode code;

    public EnrollmentTrust(EnrollmentCode code) {
        this.code = code;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        for (X509Certificate certificate : chain) {
            if (code.names(certificate.getPublicKey())) {
                under(certificate).checkServerTrusted(chain, authType);
                return;
            }
        }
        throw new CertificateException("the server is not the proxy that made this enrolment code");
    }

    private static X509TrustManager under(X509Certificate authority) throws CertificateException {
        try {
            KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            anchors.setCertificateEntry("authority", authority);
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(anchors);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager x509) {
                    return x509;
                }
            }
            throw new CertificateException("the platform has no X.509 trust manager");
        } catch (GeneralSecurityException | IOException e) {
            throw new CertificateException("the server's chain could not be checked", e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("an enrolment code says nothing about clients");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
