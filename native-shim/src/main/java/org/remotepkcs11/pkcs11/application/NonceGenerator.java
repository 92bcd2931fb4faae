package org.remotepkcs11.pkcs11.application;

import org.remotepkcs11.pkcs11.crypto.PlatformRandom;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.MessageParameter;

/** {@code CK_GENERATOR_FUNCTION}: nonces of one message encryption, PKCS #11 v3.2 section 6.13.7. */
final class NonceGenerator {
    private static final int LEAST_FREE_BITS = 32;

    private long counter;

    /** Fills what is not fixed of the nonce, in place. @throws CkException {@code CKR_MECHANISM_PARAM_INVALID} */
    void fill(MessageParameter message) {
        if (message.generator() == MessageParameter.Generator.NONE) {
            return;
        }
        byte[] nonce = message.nonce();
        int free = 8 * nonce.length - message.fixedBits();
        if (message.fixedBits() < 0 || message.fixedBits() % 8 != 0 || free < LEAST_FREE_BITS) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID, "too little room for a nonce");
        }
        byte[] generated = message.generator() == MessageParameter.Generator.COUNTER
                || message.generator() == MessageParameter.Generator.COUNTER_XOR ? counted(free / 8)
                : PlatformRandom.bytes(free / 8);
        boolean mixed = message.generator() == MessageParameter.Generator.COUNTER_XOR;
        int from = message.fixedBits() / 8;
        for (int i = 0; i < generated.length; i++) {
            nonce[from + i] = (byte) (mixed ? nonce[from + i] ^ generated[i] : generated[i]);
        }
    }

    /** Big-endian; never twice the same. */
    private byte[] counted(int length) {
        byte[] bytes = new byte[length];
        long value = counter++;
        for (int i = length - 1; i >= 0 && i >= length - Long.BYTES; i--) {
            bytes[i] = (byte) value;
            value >>>= 8;
        }
        if (value != 0) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID, "all nonces are used up");
        }
        return bytes;
    }
}
