package org.remotepkcs11.cli.enroll;

import java.io.IOException;
import java.security.KeyPair;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.remotepkcs11.cli.terminal.CommandFailure;

/** PKCS #10 (RFC 2986): shows the proxy that its sender holds the private key. */
final class CertificationRequest {
    private CertificationRequest() {
    }

    /** In DER. The subject is empty: the proxy knows the name that belongs to the code. */
    static byte[] encode(KeyPair pair) throws CommandFailure {
        try {
            return new JcaPKCS10CertificationRequestBuilder(new X500Principal(""), pair.getPublic())
                    .build(new JcaContentSignerBuilder(signatureAlgorithm(pair)).build(pair.getPrivate()))
                    .getEncoded();
        } catch (OperatorCreationException | IOException e) {
            throw new CommandFailure("the key cannot sign a certification request: " + e.getMessage(),
                    "use a P-256, Ed25519 or RSA key", e);
        }
    }

    static String signatureAlgorithm(KeyPair pair) throws CommandFailure {
        return switch (pair.getPublic().getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "EdDSA", "Ed25519" -> "Ed25519";
            case "RSA" -> "SHA256withRSA";
            default -> throw new CommandFailure("a key of type " + pair.getPublic().getAlgorithm() + " cannot be used",
                    "use a P-256, Ed25519 or RSA key");
        };
    }
}
