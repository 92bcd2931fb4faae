package org.remotepkcs11.testkit;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;

/** Kinds of keys that users sign their requests with. */
public enum UserKey {
    P_256("EC", 256, "SHA256withECDSA"), ED25519("Ed25519", 255, "Ed25519"), RSA_2048("RSA", 2048, "SHA256withRSA");

    private final String algorithm;
    private final int bits;
    private final String signature;

    UserKey(String algorithm, int bits, String signature) {
        this.algorithm = algorithm;
        this.bits = bits;
        this.signature = signature;
    }

    KeyPair generate() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    String signature() {
        return signature;
    }
}
