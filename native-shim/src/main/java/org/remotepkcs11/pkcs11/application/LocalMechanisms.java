package org.remotepkcs11.pkcs11.application;

import java.util.LinkedHashMap;
import java.util.Map;
import org.remotepkcs11.pkcs11.crypto.DigestAlgorithm;
import org.remotepkcs11.pkcs11.crypto.PrivateKeys;
import org.remotepkcs11.pkcs11.crypto.SecretKeys;
import org.remotepkcs11.pkcs11.crypto.SigningMechanism;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.MechanismInfo;

/** What is done here with keys in memory: the part of every token's mechanism list that no card decides. */
final class LocalMechanisms {
    private static final long CIPHER = CKF.ENCRYPT | CKF.DECRYPT | CKF.WRAP | CKF.UNWRAP;
    private static final long MESSAGES = CKF.MESSAGE_ENCRYPT | CKF.MESSAGE_DECRYPT | CKF.MULTI_MESSAGE;
    private static final long MAC = CKF.SIGN | CKF.VERIFY;
    private static final long ENCAPSULATION = CKF.ENCAPSULATE | CKF.DECAPSULATE;
    private static final long CURVES = CKF.EC_F_P | CKF.EC_OID | CKF.EC_CURVENAME | CKF.EC_UNCOMPRESS;
    private static final int MIN_CURVE_BITS = 160;
    private static final int MAX_CURVE_BITS = 521;
    private static final int SMALL_MODERN_BITS = 255;
    private static final int LARGE_MODERN_BITS = 448;

    private static final Map<Long, MechanismInfo> ALL = new LocalMechanisms().all;

    private final Map<Long, MechanismInfo> all = new LinkedHashMap<>();

    private LocalMechanisms() {
        rsa();
        curves();
        digests();
        aes();
        tripleDes();
        derivations();
        put(CKM.GENERIC_SECRET_KEY_GEN, 1, SecretKeys.MAX_BYTES * 8L, CKF.GENERATE);
        put(CKM.HKDF_KEY_GEN, 1, SecretKeys.MAX_BYTES * 8L, CKF.GENERATE);
        put(CKM.PKCS5_PBKD2, 0, 0, CKF.GENERATE);
        put(CKM.CHACHA20_KEY_GEN, 256, 256, CKF.GENERATE);
        put(CKM.CHACHA20_POLY1305, 256, 256, CIPHER | MESSAGES);
    }

    /** By type, in the order in which they are listed. */
    static Map<Long, MechanismInfo> all() {
        return ALL;
    }

    private void rsa() {
        putRsa(CKM.RSA_PKCS_KEY_PAIR_GEN, CKF.GENERATE_KEY_PAIR);
        long recovery = CKF.SIGN_RECOVER | CKF.VERIFY_RECOVER;
        putRsa(CKM.RSA_PKCS, CIPHER | MAC | recovery | ENCAPSULATION);
        putRsa(CKM.RSA_X_509, CIPHER | MAC | recovery);
        putRsa(CKM.RSA_PKCS_OAEP, CIPHER | ENCAPSULATION);
        SigningMechanism.known().values().stream().filter(signing -> signing.fits(CKK.RSA))
                .map(SigningMechanism::type).sorted().filter(type -> !all.containsKey(type))
                .forEach(type -> putRsa(type, MAC));
    }

    private void putRsa(long type, long flags) {
        put(type, PrivateKeys.MIN_RSA_BITS, PrivateKeys.MAX_RSA_BITS, flags);
    }

    private void curves() {
        put(CKM.EC_KEY_PAIR_GEN, MIN_CURVE_BITS, MAX_CURVE_BITS, CKF.GENERATE_KEY_PAIR | CURVES);
        SigningMechanism.known().values().stream().filter(signing -> signing.fits(CKK.EC))
                .map(SigningMechanism::type).sorted()
                .forEach(type -> put(type, MIN_CURVE_BITS, MAX_CURVE_BITS, MAC | CURVES));
        put(CKM.ECDH1_DERIVE, MIN_CURVE_BITS, MAX_CURVE_BITS, CKF.DERIVE | CURVES | ENCAPSULATION);
        put(CKM.ECDH1_COFACTOR_DERIVE, MIN_CURVE_BITS, MAX_CURVE_BITS, CKF.DERIVE | CURVES);
        long named = CKF.EC_OID | CKF.EC_CURVENAME;
        put(CKM.EC_EDWARDS_KEY_PAIR_GEN, SMALL_MODERN_BITS, LARGE_MODERN_BITS, CKF.GENERATE_KEY_PAIR | named);
        put(CKM.EDDSA, SMALL_MODERN_BITS, LARGE_MODERN_BITS, MAC | named);
        put(CKM.EC_MONTGOMERY_KEY_PAIR_GEN, SMALL_MODERN_BITS, LARGE_MODERN_BITS, CKF.GENERATE_KEY_PAIR | named);
    }

    private void digests() {
        for (DigestAlgorithm digest : DigestAlgorithm.values()) {
            put(digest.mechanism(), 0, 0, CKF.DIGEST);
            put(digest.hmac(), 1, SecretKeys.MAX_BYTES, MAC);
            put(digest.hmacGeneral(), 1, SecretKeys.MAX_BYTES, MAC);
        }
    }

    private void aes() {
        putAes(CKM.AES_KEY_GEN, CKF.GENERATE);
        for (long type : new long[] {CKM.AES_ECB, CKM.AES_CBC, CKM.AES_CBC_PAD, CKM.AES_CTR, CKM.AES_KEY_WRAP,
            CKM.AES_KEY_WRAP_PAD, CKM.AES_KEY_WRAP_KWP, CKM.AES_KEY_WRAP_PKCS7}) {
            putAes(type, CIPHER);
        }
        putAes(CKM.AES_GCM, CIPHER | MESSAGES);
        putAes(CKM.AES_CCM, CIPHER | MESSAGES);
        for (long type : new long[] {CKM.AES_OFB, CKM.AES_CFB8, CKM.AES_CFB128}) {
            putAes(type, CKF.ENCRYPT | CKF.DECRYPT);
        }
        for (long type : new long[] {CKM.AES_CMAC, CKM.AES_CMAC_GENERAL, CKM.AES_MAC, CKM.AES_MAC_GENERAL}) {
            putAes(type, MAC);
        }
    }

    private void putAes(long type, long flags) {
        put(type, 16, 32, flags);
    }

    private void tripleDes() {
        put(CKM.DES2_KEY_GEN, 0, 0, CKF.GENERATE);
        put(CKM.DES3_KEY_GEN, 0, 0, CKF.GENERATE);
        for (long type : new long[] {CKM.DES3_ECB, CKM.DES3_CBC, CKM.DES3_CBC_PAD}) {
            put(type, 0, 0, CIPHER);
        }
        put(CKM.DES3_CMAC, 0, 0, MAC);
        put(CKM.DES3_CMAC_GENERAL, 0, 0, MAC);
    }

    private void derivations() {
        for (long type : new long[] {CKM.CONCATENATE_BASE_AND_KEY, CKM.CONCATENATE_BASE_AND_DATA,
            CKM.CONCATENATE_DATA_AND_BASE, CKM.XOR_BASE_AND_DATA, CKM.EXTRACT_KEY_FROM_KEY, CKM.AES_ECB_ENCRYPT_DATA,
            CKM.AES_CBC_ENCRYPT_DATA, CKM.DES3_ECB_ENCRYPT_DATA, CKM.DES3_CBC_ENCRYPT_DATA, CKM.HKDF_DERIVE,
            CKM.HKDF_DATA}) {
            put(type, 1, SecretKeys.MAX_BYTES, CKF.DERIVE);
        }
        for (DigestAlgorithm digest : DigestAlgorithm.values()) {
            digest.keyDerivation().ifPresent(type -> put(type, 1, SecretKeys.MAX_BYTES, CKF.DERIVE));
        }
    }

    private void put(long type, long min, long max, long flags) {
        all.put(type, new MechanismInfo(min, max, flags));
    }
}
