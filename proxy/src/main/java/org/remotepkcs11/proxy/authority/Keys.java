package org.remotepkcs11.proxy.authority;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Optional;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** The keys of the proxy, and which keys of users it takes. */
public final class Keys {
    private static final int RSA_MIN_BITS = 2048;
    /** Verifying with a larger key would let a stranger keep the proxy busy. */
    private static final int RSA_MAX_BITS = 8192;

    private Keys() {
    }

    public static KeyPair p256() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has P-256", e);
        }
    }

    public static KeyPair ed25519() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform from 15 on has Ed25519", e);
        }
    }

    /** Why a user's key is not taken; empty for P-256, Ed25519 and RSA from 2048 to 8192 bits. */
    static Optional<String> objection(PublicKey key) {
        boolean taken;
        if (key instanceof RSAPublicKey rsa) {
            int bits = rsa.getModulus().bitLength();
            taken = key.getAlgorithm().equals("RSA") && bits >= RSA_MIN_BITS && bits <= RSA_MAX_BITS;
        } else if (key instanceof EdECPublicKey edwards) {
            taken = edwards.getParams().getName().equals("Ed25519");
        } else {
            taken = key instanceof ECPublicKey && SECObjectIdentifiers.secp256r1.equals(
                    SubjectPublicKeyInfo.getInstance(key.getEncoded()).getAlgorithm().getParameters());
        }
        return taken ? Optional.empty() : Optional.of("a user's key is P-256, Ed25519 or RSA of 2048 to 8192 bits");
    }
}
