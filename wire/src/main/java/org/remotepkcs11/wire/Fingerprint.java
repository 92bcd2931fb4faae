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
        return Id.owning(sha256(subjectPublicKeyInfo));
    }

    static byte[] sha256(byte[]... parts) {
        MessageDigest digest = sha256();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256", SoftwareProviders.first("MessageDigest", "SHA-256"));
        } catch (NoSuchAlgorithmException e) {
            throw SoftwareProviders.missing(e);
        }
    }
}
