package org.remotepkcs11.pkcs11.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.util.BigIntegers;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.MechanismParameter;
import org.remotepkcs11.pkcs11.cryptoki.MechanismParameter.Hkdf.Salt;

/** Keys from secret keys, PKCS #11 v3.2 sections 6.13, 6.27, 6.37, 6.43, 6.62. */
public final class Derivations {
    private static final Map<Long, DigestAlgorithm> HASHED = Stream.of(DigestAlgorithm.values())
            .filter(digest -> digest.keyDerivation().isPresent())
            .collect(Collectors.toUnmodifiableMap(digest -> digest.keyDerivation().orElseThrow(), Function.identity()));
    private static final Set<Long> OTHERS = Set.of(CKM.CONCATENATE_BASE_AND_KEY, CKM.CONCATENATE_BASE_AND_DATA,
            CKM.CONCATENATE_DATA_AND_BASE, CKM.XOR_BASE_AND_DATA, CKM.EXTRACT_KEY_FROM_KEY, CKM.AES_ECB_ENCRYPT_DATA,
            CKM.AES_CBC_ENCRYPT_DATA, CKM.DES3_ECB_ENCRYPT_DATA, CKM.DES3_CBC_ENCRYPT_DATA, CKM.HKDF_DERIVE,
            CKM.HKDF_DATA);
    private static final int MAX_ITERATIONS = 100_000_000;

    private Derivations() {
    }

    public static boolean knows(long type) {
        return OTHERS.contains(type) || HASHED.containsKey(type);
    }

    /** Whether keys of that {@code CKA_KEY_TYPE} can be the base. */
    public static boolean fits(long type, long keyType) {
        if (type == CKM.AES_ECB_ENCRYPT_DATA || type == CKM.AES_CBC_ENCRYPT_DATA) {
            return keyType == CKK.AES;
        }
        if (type == CKM.DES3_ECB_ENCRYPT_DATA || type == CKM.DES3_CBC_ENCRYPT_DATA) {
            return keyType == CKK.DES3 || keyType == CKK.DES2;
        }
        return true;
    }

    /**
     * @param length of the key; empty: as much as there is
     * @param keys   values of other secret keys, by handle
     * @throws CkException {@code CKR_MECHANISM_PARAM_INVALID}, {@code CKR_KEY_SIZE_RANGE} if there is not so much
     */
    public static byte[] derive(Mechanism mechanism, byte[] base, OptionalInt length, LongFunction<byte[]> keys) {
        if (mechanism.type() == CKM.HKDF_DERIVE || mechanism.type() == CKM.HKDF_DATA) {
            return hkdf(mechanism.parameter(MechanismParameter.Hkdf.class), base, length, keys);
        }
        if (mechanism.type() == CKM.EXTRACT_KEY_FROM_KEY) {
            return extracted(mechanism.parameter(MechanismParameter.Ulong.class).value(), base, length);
        }
        return leading(whole(mechanism, base, keys), length);
    }

    /** {@code CKM_PKCS5_PBKD2}. @throws CkException {@code CKR_MECHANISM_PARAM_INVALID} */
    public static byte[] pbkdf2(MechanismParameter.Pbkd2 parameters, int length) {
        boolean sound = parameters.saltSource() == 1 && parameters.iterations() >= 1
                && parameters.iterations() <= MAX_ITERATIONS;
        DigestAlgorithm prf = pbkdf2Prf(parameters.prf()).filter(known -> sound)
                .orElseThrow(() -> new CkException(CKR.MECHANISM_PARAM_INVALID, "PBKDF2 parameters"));
        PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(prf.start());
        generator.init(parameters.password(), parameters.salt(), (int) parameters.iterations());
        return ((KeyParameter) generator.generateDerivedMacParameters(8 * length)).getKey();
    }

    private static Optional<DigestAlgorithm> pbkdf2Prf(long prf) {
        return Optional.ofNullable(Map.of(1L, DigestAlgorithm.SHA_1, 3L, DigestAlgorithm.SHA224, 4L,
                DigestAlgorithm.SHA256, 5L, DigestAlgorithm.SHA384, 6L, DigestAlgorithm.SHA512, 7L,
                DigestAlgorithm.SHA512_224, 8L, DigestAlgorithm.SHA512_256).get(prf));
    }

    private static byte[] whole(Mechanism mechanism, byte[] base, LongFunction<byte[]> keys) {
        long type = mechanism.type();
        DigestAlgorithm hash = HASHED.get(type);
        if (hash != null) {
            mechanism.requireNoParameter();
            return hash.hash(base);
        }
        if (type == CKM.CONCATENATE_BASE_AND_KEY) {
            return joined(base, keys.apply(mechanism.parameter(MechanismParameter.Ulong.class).value()));
        }
        if (type == CKM.AES_CBC_ENCRYPT_DATA || type == CKM.DES3_CBC_ENCRYPT_DATA) {
            MechanismParameter.CbcData cbc = mechanism.parameter(MechanismParameter.CbcData.class);
            return encrypted(Mechanism.withIv(type == CKM.AES_CBC_ENCRYPT_DATA ? CKM.AES_CBC : CKM.DES3_CBC, cbc.iv()),
                    base, cbc.data());
        }
        byte[] data = mechanism.parameter(MechanismParameter.StringData.class).data();
        if (type == CKM.AES_ECB_ENCRYPT_DATA || type == CKM.DES3_ECB_ENCRYPT_DATA) {
            return encrypted(Mechanism.of(type == CKM.AES_ECB_ENCRYPT_DATA ? CKM.AES_ECB : CKM.DES3_ECB), base, data);
        }
        if (type == CKM.XOR_BASE_AND_DATA) {
            return xor(base, data);
        }
        return type == CKM.CONCATENATE_BASE_AND_DATA ? joined(base, data) : joined(data, base);
    }

    private static byte[] encrypted(Mechanism mechanism, byte[] key, byte[] data) {
        try {
            Transformation cipher = SecretCiphers.start(true, mechanism, key);
            byte[] out = cipher.update(data);
            cipher.finish();
            return out;
        } catch (CkException e) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID, "the data is not whole blocks", e);
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] xor(byte[] base, byte[] data) {
        byte[] out = Arrays.copyOf(base, Math.min(base.length, data.length));
        for (int i = 0; i < out.length; i++) {
            out[i] ^= data[i];
        }
        return out;
    }

    private static byte[] leading(byte[] value, OptionalInt length) {
        int wanted = length.orElse(value.length);
        if (wanted > value.length || wanted == 0) {
            throw new CkException(CKR.KEY_SIZE_RANGE, "there are " + value.length + " bytes");
        }
        return Arrays.copyOf(value, wanted);
    }

    /** Bits are counted from the most significant of the first byte, and the end joins the beginning. */
    private static byte[] extracted(long firstBit, byte[] base, OptionalInt length) {
        int wanted = length.orElseThrow(() -> new CkException(CKR.TEMPLATE_INCOMPLETE, "CKA_VALUE_LEN is missing"));
        int bits = 8 * base.length;
        if (firstBit < 0 || firstBit >= bits || wanted > base.length) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID, "the base key has " + bits + " bits");
        }
        BigInteger value = new BigInteger(1, base);
        BigInteger mask = BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
        BigInteger turned = value.shiftLeft((int) firstBit).and(mask).or(value.shiftRight(bits - (int) firstBit));
        return Arrays.copyOf(BigIntegers.asUnsignedByteArray(base.length, turned), wanted);
    }

    private static byte[] hkdf(MechanismParameter.Hkdf hkdf, byte[] base, OptionalInt length,
                               LongFunction<byte[]> keys) {
        DigestAlgorithm hash = DigestAlgorithm.ofParameter(hkdf.hash());
        if (!hkdf.extract() && !hkdf.expand()) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID, "neither extract nor expand");
        }
        HKDFBytesGenerator generator = new HKDFBytesGenerator(hash.start());
        byte[] pseudoRandomKey = hkdf.extract() ? generator.extractPRK(salt(hkdf.salt(), keys), base) : base;
        if (!hkdf.expand()) {
            return leading(pseudoRandomKey, length);
        }
        int wanted = length.orElseThrow(() -> new CkException(CKR.TEMPLATE_INCOMPLETE, "CKA_VALUE_LEN is missing"));
        if (wanted > 255 * hash.length()) {
            throw new CkException(CKR.KEY_SIZE_RANGE, "more than HKDF gives");
        }
        generator.init(HKDFParameters.skipExtractParameters(pseudoRandomKey, hkdf.info()));
        byte[] out = new byte[wanted];
        generator.generateBytes(out, 0, wanted);
        return out;
    }

    private static byte[] salt(Salt salt, LongFunction<byte[]> keys) {
        if (salt.type() == Salt.NULL) {
            return null;
        }
        if (salt.type() == Salt.DATA) {
            return salt.data();
        }
        if (salt.type() == Salt.KEY) {
            return keys.apply(salt.key());
        }
        throw new CkException(CKR.MECHANISM_PARAM_INVALID, "a salt of unknown type");
    }
}
