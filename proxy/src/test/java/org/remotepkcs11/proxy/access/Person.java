package org.remotepkcs11.proxy.access;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.remotepkcs11.proxy.authority.Authority;
import org.remotepkcs11.wire.MessageSigner;
import org.remotepkcs11.wire.RequestSealer;

/** Somebody with a key and a certificate. */
record Person(String name, KeyPair key, X509Certificate certificate, RequestSealer sealer) {
    static Person named(String name) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            KeyPair key = generator.generateKeyPair();
            return new Person(name, key, certificate(name, key),
                    new RequestSealer(MessageSigner.of(key.getPrivate(), key.getPublic())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Certificate certificate(String name, KeyPair key) throws Exception {
        X500Name subject = new X500Name("CN=" + name);
        Instant now = Instant.now();
        return new JcaX509CertificateConverter().getCertificate(new JcaX509v3CertificateBuilder(subject,
                BigInteger.ONE, Date.from(now.minus(Duration.ofHours(1))), Date.from(now.plus(Duration.ofDays(1))),
                subject, key.getPublic()).build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
    }

    /** With a certificate of this authority's. */
    Person certifiedBy(Authority authority) {
        return new Person(name, key, authority.issueUser(key.getPublic(), name, Instant.now(), Duration.ofDays(1)), sealer);
    }

    Caller caller() {
        return Caller.of(certificate, "127.0.0.1");
    }
}
