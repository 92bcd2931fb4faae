package org.remotepkcs11.pkcs11.cryptoki;

/** Parameters of mechanisms, PKCS #11 v3.2 section 6. Byte arrays are not copied: do not change them. */
public sealed interface MechanismParameter {
    MechanismParameter NONE = new None();

    record None() implements MechanismParameter {
    }

    /** An initialisation vector. */
    record Bytes(byte[] value) implements MechanismParameter {
    }

    /** {@code CK_MAC_GENERAL_PARAMS}, {@code CK_EXTRACT_PARAMS}, an object handle. */
    record Ulong(long value) implements MechanismParameter {
    }

    /** {@code CK_RSA_PKCS_PSS_PARAMS}; the salt in bytes. */
    record Pss(long hash, long mgf, long saltLength) implements MechanismParameter {
    }

    /** {@code CK_RSA_PKCS_OAEP_PARAMS}; {@code source} is 0 or {@code CKZ_DATA_SPECIFIED}. */
    record Oaep(long hash, long mgf, long source, byte[] label) implements MechanismParameter {
    }

    /** {@code CK_ECDH1_DERIVE_PARAMS}. */
    record Ecdh(long kdf, byte[] sharedData, byte[] publicData) implements MechanismParameter {
    }

    /** {@code CK_GCM_PARAMS}. */
    record Gcm(byte[] iv, byte[] associatedData, long tagBits) implements MechanismParameter {
    }

    /** {@code CK_CCM_PARAMS}. */
    record Ccm(long dataLength, byte[] nonce, byte[] associatedData, long macLength) implements MechanismParameter {
    }

    /** {@code CK_SALSA20_CHACHA20_POLY1305_PARAMS}. */
    record ChaCha20Poly1305(byte[] nonce, byte[] associatedData) implements MechanismParameter {
    }

    /** {@code CK_AES_CTR_PARAMS}; {@code block} has 16 bytes. */
    record Ctr(long counterBits, byte[] block) implements MechanismParameter {
    }

    /** {@code CK_KEY_DERIVATION_STRING_DATA}. */
    record StringData(byte[] data) implements MechanismParameter {
    }

    /** {@code CK_AES_CBC_ENCRYPT_DATA_PARAMS}, {@code CK_DES_CBC_ENCRYPT_DATA_PARAMS}. */
    record CbcData(byte[] iv, byte[] data) implements MechanismParameter {
    }

    /** {@code CK_EDDSA_PARAMS}. */
    record EdDsa(boolean prehash, byte[] context) implements MechanismParameter {
    }

    /** {@code CK_HKDF_PARAMS}. */
    record Hkdf(boolean extract, boolean expand, long hash, Salt salt, byte[] info) implements MechanismParameter {
        /** {@code type} is one of {@code CKF_HKDF_SALT_*}. */
        public record Salt(long type, byte[] data, long key) {
            public static final long NULL = 1;
            public static final long DATA = 2;
            public static final long KEY = 4;
        }
    }

    /** {@code CK_PKCS5_PBKD2_PARAMS2}; the password in UTF-8. */
    record Pbkd2(long saltSource, byte[] salt, long iterations, long prf, byte[] password)
            implements MechanismParameter {
    }
}
