package org.remotepkcs11.wire;

/** The form of an ECDSA signature over P-256: {@code SEQUENCE { INTEGER r, INTEGER s }} in DER, nothing else. */
final class EcdsaSignature {
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int MAX_INTEGER_BYTES = 33;
    private static final int HEADER = 2;

    private EcdsaSignature() {
    }

    static boolean isDer(byte[] signature) {
        if (signature.length < HEADER || signature[0] != SEQUENCE || signature[1] != signature.length - HEADER) {
            return false;
        }
        int afterR = integer(signature, HEADER);
        return afterR > 0 && integer(signature, afterR) == signature.length;
    }

    /** Where the positive, shortest INTEGER at {@code offset} ends, or -1. */
    private static int integer(byte[] der, int offset) {
        if (offset + HEADER >= der.length || der[offset] != INTEGER) {
            return -1;
        }
        int length = der[offset + 1];
        int start = offset + HEADER;
        if (length < 1 || length > MAX_INTEGER_BYTES || start + length > der.length || der[start] < 0) {
            return -1;
        }
        boolean padded = length > 1 && der[start] == 0 && der[start + 1] >= 0;
        return padded ? -1 : start + length;
    }
}
