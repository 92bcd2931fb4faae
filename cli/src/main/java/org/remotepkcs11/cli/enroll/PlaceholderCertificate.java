package org.remotepkcs11.cli.enroll;

import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.remotepkcs11.cli.terminal.CommandFailure;

/** PKCS #12 keeps no key without a certificate: one that vouches for nothing, until the proxy's comes. */
final class PlaceholderCertificate {
    private static final X500Principal NAME = new X500Principal("CN=not certified yet");

    private PlaceholderCertificate() {
    }

    /** DER. */
    static byte[] of(KeyPair pair) throws CommandFailure, IOException {
        Instant now = Instant.now();
        try {
            return new JcaX509v3CertificateBuilder(NAME, BigInteger.ONE, Date.from(now),
                    Date.from(now.plus(Duration.ofDays(1))), NAME, pair.getPublic())
                    .build(new JcaContentSignerBuilder(CertificationRequest.signatureAlgorithm(pair))
                            .build(pair.getPrivate())).getEncoded();
        } catch (OperatorCreationException e) {
            throw new CommandFailure("the key cannot sign: " + e.getMessage(), "use a P-256, Ed25519 or RSA key", e);
        }
    }
}
