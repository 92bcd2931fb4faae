package org.remotepkcs11.pkcs11.crypto;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKM;

/**
 * A mechanism that signs with a private key.
 *
 * @param type   what the caller asks for
 * @param digest the hash that is made here first, where there is one
 * @param raw    what the key itself applies
 */
public record SigningMechanism(long type, Optional<DigestAlgorithm> digest, long raw) {
    private static final Map<Long, SigningMechanism> ALL = all();

    public static Optional<SigningMechanism> of(long type) {
        return Optional.ofNullable(ALL.get(type));
    }

    /** All there are, by their types. */
    public static Map<Long, SigningMechanism> known() {
        return ALL;
    }

    /** Whether keys of that {@code CKA_KEY_TYPE} sign so. */
    public boolean fits(long keyType) {
        return keyType == keyType(raw);
    }

    /** {@code CKA_KEY_TYPE} of the keys that apply a raw mechanism. */
    static long keyType(long raw) {
        if (raw == CKM.ECDSA) {
            return CKK.EC;
        }
        return raw == CKM.EDDSA ? CKK.EC_EDWARDS : CKK.RSA;
    }

    private static Map<Long, SigningMechanism> all() {
        Map<Long, SigningMechanism> all = new HashMap<>();
        for (long raw : new long[] {CKM.RSA_PKCS, CKM.RSA_X_509, CKM.RSA_PKCS_PSS, CKM.ECDSA, CKM.EDDSA}) {
            all.put(raw, new SigningMechanism(raw, Optional.empty(), raw));
        }
        rsa(all);
        pss(all);
        ecdsa(all);
        return Map.copyOf(all);
    }

    private static void rsa(Map<Long, SigningMechanism> all) {
        put(all, CKM.MD5_RSA_PKCS, DigestAlgorithm.MD5, CKM.RSA_PKCS);
        put(all, CKM.RIPEMD160_RSA_PKCS, DigestAlgorithm.RIPEMD160, CKM.RSA_PKCS);
        put(all, CKM.SHA1_RSA_PKCS, DigestAlgorithm.SHA_1, CKM.RSA_PKCS);
        put(all, CKM.SHA224_RSA_PKCS, DigestAlgorithm.SHA224, CKM.RSA_PKCS);
        put(all, CKM.SHA256_RSA_PKCS, DigestAlgorithm.SHA256, CKM.RSA_PKCS);
        put(all, CKM.SHA384_RSA_PKCS, DigestAlgorithm.SHA384, CKM.RSA_PKCS);
        put(all, CKM.SHA512_RSA_PKCS, DigestAlgorithm.SHA512, CKM.RSA_PKCS);
        put(all, CKM.SHA3_224_RSA_PKCS, DigestAlgorithm.SHA3_224, CKM.RSA_PKCS);
        put(all, CKM.SHA3_256_RSA_PKCS, DigestAlgorithm.SHA3_256, CKM.RSA_PKCS);
        put(all, CKM.SHA3_384_RSA_PKCS, DigestAlgorithm.SHA3_384, CKM.RSA_PKCS);
        put(all, CKM.SHA3_512_RSA_PKCS, DigestAlgorithm.SHA3_512, CKM.RSA_PKCS);
    }

    private static void pss(Map<Long, SigningMechanism> all) {
        put(all, CKM.SHA1_RSA_PKCS_PSS, DigestAlgorithm.SHA_1, CKM.RSA_PKCS_PSS);
        put(all, CKM.SHA224_RSA_PKCS_PSS, DigestAlgorithm.SHA224, CKM.RSA_PKCS_PSS);
        put(all, CKM.SHA256_RSA_PKCS_PSS, DigestAlgorithm.SHA256, CKM.RSA_PKCS_PSS);
        put(all, CKM.SHA384_RSA_PKCS_PSS, DigestAlgorithm.SHA384, CKM.RSA_PKCS_PSS);
        put(all, CKM.SHA512_RSA_PKCS_PSS, DigestAlgorithm.SHA512, CKM.RSA_PKCS_PSS);
        put(all, CKM.SHA3_224_RSA_PKCS_PSS, DigestAlgorithm.SHA3_224, CKM.RSA_PKCS_PSS);
        put(all, CKM.SHA3_256_RSA_PKCS_PSS, DigestAlgorithm.SHA3_256, CKM.RSA_PKCS_PSS);
        put(all, CKM.SHA3_384_RSA_PKCS_PSS, DigestAlgorithm.SHA3_384, CKM.RSA_PKCS_PSS);
        put(all, CKM.SHA3_512_RSA_PKCS_PSS, DigestAlgorithm.SHA3_512, CKM.RSA_PKCS_PSS);
    }

    private static void ecdsa(Map<Long, SigningMechanism> all) {
        put(all, CKM.ECDSA_SHA1, DigestAlgorithm.SHA_1, CKM.ECDSA);
        put(all, CKM.ECDSA_SHA224, DigestAlgorithm.SHA224, CKM.ECDSA);
        put(all, CKM.ECDSA_SHA256, DigestAlgorithm.SHA256, CKM.ECDSA);
        put(all, CKM.ECDSA_SHA384, DigestAlgorithm.SHA384, CKM.ECDSA);
        put(all, CKM.ECDSA_SHA512, DigestAlgorithm.SHA512, CKM.ECDSA);
        put(all, CKM.ECDSA_SHA3_224, DigestAlgorithm.SHA3_224, CKM.ECDSA);
        put(all, CKM.ECDSA_SHA3_256, DigestAlgorithm.SHA3_256, CKM.ECDSA);
        put(all, CKM.ECDSA_SHA3_384, DigestAlgorithm.SHA3_384, CKM.ECDSA);
        put(all, CKM.ECDSA_SHA3_512, DigestAlgorithm.SHA3_512, CKM.ECDSA);
    }

    private static void put(Map<Long, SigningMechanism> all, long type, DigestAlgorithm digest, long raw) {
        all.put(type, new SigningMechanism(type, Optional.of(digest), raw));
    }
}
