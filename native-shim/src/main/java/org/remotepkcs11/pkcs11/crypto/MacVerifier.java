package org.remotepkcs11.pkcs11.crypto;

import java.security.MessageDigest;

/** Compares in constant time. */
record MacVerifier(MacSigner mac) implements Verifier {
    @Override
    public int length() {
        return mac.length();
    }

    @Override
    public void update(byte[] part) {
        mac.update(part);
    }

    @Override
    public boolean verify(byte[] signature) {
        return MessageDigest.isEqual(mac.sign(), signature);
    }
}
