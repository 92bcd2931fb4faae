package org.remotepkcs11.pkcs11.cryptoki;

/** The mechanism types that this module offers, PKCS #11 v3.2 section 6. */
public final class CKM {
    public static final long RSA_PKCS_KEY_PAIR_GEN = 0x0;
    public static final long RSA_PKCS = 0x1;
    public static final long RSA_X_509 = 0x3;
    public static final long MD5_RSA_PKCS = 0x5;
    public static final long SHA1_RSA_PKCS = 0x6;
    public static final long RIPEMD160_RSA_PKCS = 0x8;
    public static final long RSA_PKCS_OAEP = 0x9;
    public static final long RSA_PKCS_PSS = 0xD;
    public static final long SHA1_RSA_PKCS_PSS = 0xE;
    public static final long SHA256_RSA_PKCS = 0x40;
    public static final long SHA384_RSA_PKCS = 0x41;
    public static final long SHA512_RSA_PKCS = 0x42;
    public static final long SHA256_RSA_PKCS_PSS = 0x43;
    public static final long SHA384_RSA_PKCS_PSS = 0x44;
    public static final long SHA512_RSA_PKCS_PSS = 0x45;
    public static final long SHA224_RSA_PKCS = 0x46;
    public static final long SHA224_RSA_PKCS_PSS = 0x47;
    public static final long SHA3_256_RSA_PKCS = 0x60;
    public static final long SHA3_384_RSA_PKCS = 0x61;
    public static final long SHA3_512_RSA_PKCS = 0x62;
    public static final long SHA3_256_RSA_PKCS_PSS = 0x63;
    public static final long SHA3_384_RSA_PKCS_PSS = 0x64;
    public static final long SHA3_512_RSA_PKCS_PSS = 0x65;
    public static final long SHA3_224_RSA_PKCS = 0x66;
    public static final long SHA3_224_RSA_PKCS_PSS = 0x67;

    public static final long SHA512_224 = 0x48;
    public static final long SHA512_224_HMAC = 0x49;
    public static final long SHA512_224_HMAC_GENERAL = 0x4A;
    public static final long SHA512_224_KEY_DERIVATION = 0x4B;
    public static final long SHA512_256 = 0x4C;
    public static final long SHA512_256_HMAC = 0x4D;
    public static final long SHA512_256_HMAC_GENERAL = 0x4E;
    public static final long SHA512_256_KEY_DERIVATION = 0x4F;
    public static final long MD5 = 0x210;
    public static final long MD5_HMAC = 0x211;
    public static final long MD5_HMAC_GENERAL = 0x212;
    public static final long SHA_1 = 0x220;
    public static final long SHA_1_HMAC = 0x221;
    public static final long SHA_1_HMAC_GENERAL = 0x222;
    public static final long RIPEMD160 = 0x240;
    public static final long RIPEMD160_HMAC = 0x241;
    public static final long RIPEMD160_HMAC_GENERAL = 0x242;
    public static final long SHA256 = 0x250;
    public static final long SHA256_HMAC = 0x251;
    public static final long SHA256_HMAC_GENERAL = 0x252;
    public static final long SHA224 = 0x255;
    public static final long SHA224_HMAC = 0x256;
    public static final long SHA224_HMAC_GENERAL = 0x257;
    public static final long SHA384 = 0x260;
    public static final long SHA384_HMAC = 0x261;
    public static final long SHA384_HMAC_GENERAL = 0x262;
    public static final long SHA512 = 0x270;
    public static final long SHA512_HMAC = 0x271;
    public static final long SHA512_HMAC_GENERAL = 0x272;
    public static final long SHA3_256 = 0x2B0;
    public static final long SHA3_256_HMAC = 0x2B1;
    public static final long SHA3_256_HMAC_GENERAL = 0x2B2;
    public static final long SHA3_224 = 0x2B5;
    public static final long SHA3_224_HMAC = 0x2B6;
    public static final long SHA3_224_HMAC_GENERAL = 0x2B7;
    public static final long SHA3_384 = 0x2C0;
    public static final long SHA3_384_HMAC = 0x2C1;
    public static final long SHA3_384_HMAC_GENERAL = 0x2C2;
    public static final long SHA3_512 = 0x2D0;
    public static final long SHA3_512_HMAC = 0x2D1;
    public static final long SHA3_512_HMAC_GENERAL = 0x2D2;

    public static final long DES2_KEY_GEN = 0x130;
    public static final long DES3_KEY_GEN = 0x131;
    public static final long DES3_ECB = 0x132;
    public static final long DES3_CBC = 0x133;
    public static final long DES3_CBC_PAD = 0x136;
    public static final long DES3_CMAC_GENERAL = 0x137;
    public static final long DES3_CMAC = 0x138;
    public static final long GENERIC_SECRET_KEY_GEN = 0x350;
    public static final long AES_KEY_GEN = 0x1080;
    public static final long AES_ECB = 0x1081;
    public static final long AES_CBC = 0x1082;
    public static final long AES_MAC = 0x1083;
    public static final long AES_MAC_GENERAL = 0x1084;
    public static final long AES_CBC_PAD = 0x1085;
    public static final long AES_CTR = 0x1086;
    public static final long AES_GCM = 0x1087;
    public static final long AES_CCM = 0x1088;
    public static final long AES_CMAC = 0x108A;
    public static final long AES_CMAC_GENERAL = 0x108B;
    public static final long AES_OFB = 0x2104;
    public static final long AES_CFB8 = 0x2106;
    public static final long AES_CFB128 = 0x2107;
    public static final long AES_KEY_WRAP = 0x2109;
    public static final long AES_KEY_WRAP_PAD = 0x210A;
    public static final long AES_KEY_WRAP_KWP = 0x210B;
    public static final long AES_KEY_WRAP_PKCS7 = 0x210C;
    public static final long CHACHA20_KEY_GEN = 0x1225;
    public static final long CHACHA20_POLY1305 = 0x4021;

    public static final long CONCATENATE_BASE_AND_KEY = 0x360;
    public static final long CONCATENATE_BASE_AND_DATA = 0x362;
    public static final long CONCATENATE_DATA_AND_BASE = 0x363;
    public static final long XOR_BASE_AND_DATA = 0x364;
    public static final long EXTRACT_KEY_FROM_KEY = 0x365;
    public static final long MD5_KEY_DERIVATION = 0x390;
    public static final long SHA1_KEY_DERIVATION = 0x392;
    public static final long SHA256_KEY_DERIVATION = 0x393;
    public static final long SHA384_KEY_DERIVATION = 0x394;
    public static final long SHA512_KEY_DERIVATION = 0x395;
    public static final long SHA224_KEY_DERIVATION = 0x396;
    public static final long SHA3_256_KEY_DERIVATION = 0x397;
    public static final long SHA3_224_KEY_DERIVATION = 0x398;
    public static final long SHA3_384_KEY_DERIVATION = 0x399;
    public static final long SHA3_512_KEY_DERIVATION = 0x39A;
    public static final long DES3_ECB_ENCRYPT_DATA = 0x1102;
    public static final long DES3_CBC_ENCRYPT_DATA = 0x1103;
    public static final long AES_ECB_ENCRYPT_DATA = 0x1104;
    public static final long AES_CBC_ENCRYPT_DATA = 0x1105;
    public static final long PKCS5_PBKD2 = 0x3B0;
    public static final long HKDF_DERIVE = 0x402A;
    public static final long HKDF_DATA = 0x402B;
    public static final long HKDF_KEY_GEN = 0x402C;

    public static final long EC_KEY_PAIR_GEN = 0x1040;
    public static final long ECDSA = 0x1041;
    public static final long ECDSA_SHA1 = 0x1042;
    public static final long ECDSA_SHA224 = 0x1043;
    public static final long ECDSA_SHA256 = 0x1044;
    public static final long ECDSA_SHA384 = 0x1045;
    public static final long ECDSA_SHA512 = 0x1046;
    public static final long ECDSA_SHA3_224 = 0x1047;
    public static final long ECDSA_SHA3_256 = 0x1048;
    public static final long ECDSA_SHA3_384 = 0x1049;
    public static final long ECDSA_SHA3_512 = 0x104A;
    public static final long ECDH1_DERIVE = 0x1050;
    public static final long ECDH1_COFACTOR_DERIVE = 0x1051;
    public static final long EC_EDWARDS_KEY_PAIR_GEN = 0x1055;
    public static final long EC_MONTGOMERY_KEY_PAIR_GEN = 0x1056;
    public static final long EDDSA = 0x1057;

    private CKM() {
    }

    /** As in {@code CKM_RSA_PKCS}, or its number. */
    public static String name(long type) {
        return ConstantNames.of(CKM.class, type);
    }
}
