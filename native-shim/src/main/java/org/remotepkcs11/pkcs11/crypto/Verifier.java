package org.remotepkcs11.pkcs11.crypto;

/** A signature or MAC being checked. */
public interface Verifier {
    /** Of every signature of this key and mechanism, in bytes. */
    int length();

    /** @throws org.remotepkcs11.pkcs11.cryptoki.CkException {@code CKR_DATA_LEN_RANGE} */
    void update(byte[] part);

    /** Ends it. @param signature of {@link #length} bytes */
    boolean verify(byte[] signature);
}
