package org.remotepkcs11.pkcs11.crypto;

/** A signature or MAC in the making. */
public interface Signer {
    /** Of the signature in bytes; known from the start. */
    int length();

    /** @throws org.remotepkcs11.pkcs11.cryptoki.CkException {@code CKR_DATA_LEN_RANGE} */
    void update(byte[] part);

    /** Ends it. @throws org.remotepkcs11.pkcs11.cryptoki.CkException if the data does not fit or the card refuses */
    byte[] sign();
}
