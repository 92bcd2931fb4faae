package org.remotepkcs11.wire;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;

/** Names a public key by the SHA-256 of its DER SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7). */
public final class Fingerprint {
    private Fingerprint() {
    }

    public static Id of(PublicKey key) {
        return ofDer(key.getEncoded());
    }

    public static Id ofDer(byte[] subjectPublicKeyInfo) {
        return Id.of(sha256(subjectPublicKeyInfo));
    }

    static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
