package org.remotepkcs11.pkcs11.crypto;

/** An encryption or decryption under way. Every method may throw a {@code CkException}, which ends it. */
public interface Transformation {
    /** How many bytes {@link #update} would give for so many more; exact. */
    int updateLength(int inputLength);

    byte[] update(byte[] part);

    /** How many bytes {@link #update} of so many more and {@link #finish} would give together, at most. */
    int outputLength(int inputLength);

    /** Whether {@link #outputLength} is no estimate. */
    boolean lengthIsExact();

    /** Ends it. */
    byte[] finish();
}
