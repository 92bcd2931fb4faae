package org.remotepkcs11.proxy.cards.software;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;

/** Kinds of keys that a new software card can be given. */
public enum SoftwareKeyType {
    RSA_2048("RSA", 2048), RSA_3072("RSA", 3072), RSA_4096("RSA", 4096),
    P_256("EC", 256), P_384("EC", 384), ED25519("Ed25519", 255);

    private final String algorithm;
    private final int bits;

    SoftwareKeyType(String algorithm, int bits) {
        this.algorithm = algorithm;
        this.bits = bits;
    }

    KeyPair generate() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    /** {@code rsa-2048}, {@code p-256}, … */
    String label() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    boolean isRsa() {
        return algorithm.equals("RSA");
    }

    boolean isElliptic() {
        return algorithm.equals("EC");
    }
}
