package org.remotepkcs11.pkcs11.crypto;

import java.util.Arrays;
import org.bouncycastle.crypto.params.DESedeParameters;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;

/** Secret keys: their lengths, making them, and their check values. */
public final class SecretKeys {
    /** Bytes of the longest generic secret. */
    public static final int MAX_BYTES = 8192;

    private static final int DES_BYTES = 8;
    private static final int DES2_BYTES = 16;
    private static final int DES3_BYTES = 24;
    private static final int CHACHA20_BYTES = 32;
    private static final int CHECK_VALUE_BYTES = 3;

    private SecretKeys() {
    }

    /** Whether a key type has one length only, and {@code CKA_VALUE_LEN} says nothing. */
    public static boolean lengthIsFixed(long keyType) {
        return isDes(keyType) || keyType == CKK.CHACHA20;
    }

    /** The one length of such a key type. */
    public static int fixedLength(long keyType) {
        if (keyType == CKK.DES) {
            return DES_BYTES;
        }
        if (keyType == CKK.DES2) {
            return DES2_BYTES;
        }
        return keyType == CKK.DES3 ? DES3_BYTES : CHACHA20_BYTES;
    }

    private static boolean isDes(long keyType) {
        return keyType == CKK.DES || keyType == CKK.DES2 || keyType == CKK.DES3;
    }

    public static boolean lengthFits(long keyType, long length) {
        if (lengthIsFixed(keyType)) {
            return length == fixedLength(keyType);
        }
        if (keyType == CKK.AES) {
            return length == 16 || length == 24 || length == 32;
        }
        return length >= 1 && length <= MAX_BYTES;
    }

    /** Random; with odd parity and different parts where it is for DES. */
    public static byte[] generate(long keyType, int length) {
        byte[] key = PlatformRandom.bytes(length);
        if (isDes(keyType)) {
            DESedeParameters.setOddParity(key);
        }
        return key;
    }

    /** What a derived or unwrapped value is as a key of that type. */
    public static byte[] shaped(long keyType, byte[] value) {
        byte[] key = value.clone();
        if (isDes(keyType)) {
            DESedeParameters.setOddParity(key);
        }
        return key;
    }

    /** {@code CKA_CHECK_VALUE}, PKCS #11 v3.2 section 4.10.2. */
    public static byte[] checkValue(long keyType, byte[] key) {
        if (keyType == CKK.AES) {
            return encryptedZeros(CKM.AES_ECB, key, 16);
        }
        if (keyType == CKK.DES) {
            return encryptedZeros(CKM.DES3_ECB, tripled(key), 8);
        }
        if (isDes(keyType)) {
            return encryptedZeros(CKM.DES3_ECB, key, 8);
        }
        return Arrays.copyOf(DigestAlgorithm.SHA_1.hash(key), CHECK_VALUE_BYTES);
    }

    /** Triple DES with three times the same key is single DES. */
    private static byte[] tripled(byte[] key) {
        byte[] three = Arrays.copyOf(key, DES3_BYTES);
        System.arraycopy(key, 0, three, DES_BYTES, DES_BYTES);
        System.arraycopy(key, 0, three, DES2_BYTES, DES_BYTES);
        return three;
    }

    private static byte[] encryptedZeros(long type, byte[] key, int block) {
        Transformation cipher = SecretCiphers.start(true, Mechanism.of(type), key);
        return Arrays.copyOf(cipher.update(new byte[block]), CHECK_VALUE_BYTES);
    }

    /** @throws CkException {@code CKR_KEY_SIZE_RANGE} */
    public static void requireLength(long keyType, long length) {
        if (!lengthFits(keyType, length)) {
            throw new CkException(CKR.KEY_SIZE_RANGE, "a key of " + length + " bytes");
        }
    }
}
