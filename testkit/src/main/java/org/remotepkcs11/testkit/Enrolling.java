package org.remotepkcs11.testkit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.remotepkcs11.testkit.TestUser.ProxyTrust;
import org.remotepkcs11.wire.EnrollmentCode;
import org.remotepkcs11.wire.EnrollmentReply;
import org.remotepkcs11.wire.EnrollmentRequest;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.http.EnrollmentTrust;
import org.remotepkcs11.wire.http.HttpTransport;

/** Enrols as any client does: a key of its own, a PKCS #10 request, and the one-time code over HTTPS. */
final class Enrolling {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final URI proxy;

    Enrolling(URI proxy) {
        this.proxy = proxy;
    }

    TestUser enroll(String code, UserKey key, Path folder)
            throws RefusedException, IOException, GeneralSecurityException {
        KeyPair keys = key.generate();
        EnrollmentReply reply = ask(new EnrollmentRequest(code, certificationRequest(keys, key)));
        if (reply instanceof EnrollmentReply.Refused refused) {
            throw new RefusedException(refused.refusal());
        }
        EnrollmentReply.Enrolled enrolled = (EnrollmentReply.Enrolled) reply;
        TestUser user = new TestUser(enrolled.name(), keys, certificates(enrolled.chain()), folder);
        user.write(new ProxyTrust(proxy, certificate(enrolled.authority()), certificate(enrolled.proxyCertificate()),
                enrolled.logVerifierKey()));
        return user;
    }

    /** Trusts whatever proxy the code names. */
    EnrollmentReply ask(EnrollmentRequest request) throws RefusedException {
        EnrollmentTrust trust = new EnrollmentTrust(EnrollmentCode.parse(request.code()));
        try (HttpTransport transport = HttpTransport.serverOnly(proxy, trust)) {
            return EnrollmentReply.decode(transport.post("/v1/enroll", request.encode(), DEADLINE));
        }
    }

    static byte[] certificationRequest(KeyPair keys, UserKey key) throws IOException, GeneralSecurityException {
        try {
            return new JcaPKCS10CertificationRequestBuilder(new X500Principal("CN=test"), keys.getPublic())
                    .build(new JcaContentSignerBuilder(key.signature()).build(keys.getPrivate())).getEncoded();
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException("the certification request cannot be signed", e);
        }
    }

    private static List<X509Certificate> certificates(List<byte[]> chain) throws GeneralSecurityException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (byte[] der : chain) {
            certificates.add(certificate(der));
        }
        return certificates;
    }

    private static X509Certificate certificate(byte[] der) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der));
    }
}
