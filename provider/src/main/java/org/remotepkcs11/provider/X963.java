package org.remotepkcs11.provider;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Map;

/** The key derivation function of ANSI X9.63, SEC 1 section 3.6.1, as CMS uses it to make a key-wrap key. */
record X963(Hash hash) {
    private static final String DESEDE_WRAP = "1.2.840.113549.1.9.16.3.6";
    /** Bytes of the keys of RFC 3565 and RFC 3370 wraps. */
    private static final Map<String, Integer> KEY_BYTES = Map.of("2.16.840.1.101.3.4.1.5", 16,
            "2.16.840.1.101.3.4.1.25", 24, "2.16.840.1.101.3.4.1.45", 32, DESEDE_WRAP, 24);

    /** Of ECDH with this function. */
    String agreement() {
        return "ECDHwith" + hash.inSignatures() + "KDF";
    }

    byte[] derive(byte[] agreed, byte[] sharedInfo, String algorithm) throws NoSuchAlgorithmException {
        Integer length = KEY_BYTES.get(algorithm);
        if (length == null) {
            throw new NoSuchAlgorithmException("no key wrap of CMS: " + algorithm);
        }
        byte[] derived = new byte[length];
        MessageDigest digest = hash.digest();
        int counter = 1;
        for (int made = 0; made < length; made += hash.length()) {
            digest.update(agreed);
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(counter++).array());
            byte[] block = digest.digest(sharedInfo);
            System.arraycopy(block, 0, derived, made, Math.min(block.length, length - made));
            Arrays.fill(block, (byte) 0);
        }
        return derived;
    }

    static String keyAlgorithm(String wrap) {
        return wrap.equals(DESEDE_WRAP) ? "DESede" : "AES";
    }
}
