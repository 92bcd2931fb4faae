package org.remotepkcs11.pkcs11.crypto;

import java.util.Arrays;
import java.util.OptionalInt;
import org.bouncycastle.crypto.Digest;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.MechanismParameter;

/** {@code CKD_*}: what is made of a shared secret, PKCS #11 v3.2 section 6.3.17. */
public final class AgreementKdf {
    private static final long NULL = 0x1;
    /** The X9.63 functions, each at its number. */
    private static final DigestAlgorithm[] X963 = {null, null, DigestAlgorithm.SHA_1, null, null,
            DigestAlgorithm.SHA224, DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512, null,
            DigestAlgorithm.SHA3_224, DigestAlgorithm.SHA3_256, DigestAlgorithm.SHA3_384, DigestAlgorithm.SHA3_512};
    /** The functions of SP 800-56A, each at its number less this. */
    private static final int FIRST_SP800 = 0xE;
    private static final DigestAlgorithm[] SP800 = {DigestAlgorithm.SHA_1, DigestAlgorithm.SHA224,
            DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512, DigestAlgorithm.SHA3_224,
            DigestAlgorithm.SHA3_256, DigestAlgorithm.SHA3_384, DigestAlgorithm.SHA3_512};

    /** X9.63 counts after the secret, SP 800-56A before it. */
    private record Function(DigestAlgorithm hash, boolean counterFirst) {
    }

    private AgreementKdf() {
    }

    /**
     * Before a card is asked for the secret.
     *
     * @param length    of the key; empty: as the secret is
     * @param available bytes of the secret
     * @throws CkException {@code CKR_MECHANISM_PARAM_INVALID}, {@code CKR_TEMPLATE_INCOMPLETE} if a length is needed,
     *                     {@code CKR_KEY_SIZE_RANGE}
     */
    public static void check(MechanismParameter.Ecdh parameter, OptionalInt length, int available) {
        boolean bare = parameter.kdf() == NULL;
        boolean sound = bare ? parameter.sharedData().length == 0
                : x963(parameter.kdf()) != null || sp800(parameter.kdf()) != null;
        if (!sound) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID, "key derivation function " + parameter.kdf());
        }
        if (!bare && length.isEmpty()) {
            throw new CkException(CKR.TEMPLATE_INCOMPLETE, "CKA_VALUE_LEN is missing");
        }
        if (bare && length.orElse(available) > available) {
            throw new CkException(CKR.KEY_SIZE_RANGE, "the shared secret has only " + available + " bytes");
        }
    }

    /** What was checked. @param length of the key; empty: as the secret is */
    public static byte[] apply(MechanismParameter.Ecdh parameter, byte[] secret, OptionalInt length) {
        long kdf = parameter.kdf();
        byte[] sharedData = parameter.sharedData();
        if (kdf == NULL) {
            return trailing(secret, length.orElse(secret.length));
        }
        int wanted = length.orElseThrow();
        DigestAlgorithm x963 = x963(kdf);
        Function function = x963 != null ? new Function(x963, false) : new Function(sp800(kdf), true);
        return stretched(function, wanted, secret, sharedData);
    }

    /** The standard removes bytes from the leading end. */
    private static byte[] trailing(byte[] secret, int length) {
        return Arrays.copyOfRange(secret, secret.length - length, secret.length);
    }

    private static byte[] stretched(Function function, int length, byte[] secret, byte[] info) {
        byte[] out = new byte[length];
        Digest digest = function.hash.start();
        byte[] block = new byte[function.hash.length()];
        for (int counter = 1, done = 0; done < length; counter++, done += block.length) {
            if (function.counterFirst) {
                update(digest, counter);
            }
            digest.update(secret, 0, secret.length);
            if (!function.counterFirst) {
                update(digest, counter);
            }
            digest.update(info, 0, info.length);
            digest.doFinal(block, 0);
            System.arraycopy(block, 0, out, done, Math.min(block.length, length - done));
        }
        return out;
    }

    private static void update(Digest digest, int counter) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            digest.update((byte) (counter >>> shift));
        }
    }

    private static DigestAlgorithm x963(long kdf) {
        return kdf >= 0 && kdf < X963.length ? X963[(int) kdf] : null;
    }

    private static DigestAlgorithm sp800(long kdf) {
        long index = kdf - FIRST_SP800;
        return index >= 0 && index < SP800.length ? SP800[(int) index] : null;
    }
}
