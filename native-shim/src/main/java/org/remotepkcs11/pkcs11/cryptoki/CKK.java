package org.remotepkcs11.pkcs11.cryptoki;

/** Key types, PKCS #11 v3.2 section 4.7. */
public final class CKK {
    public static final long RSA = 0x0;
    public static final long EC = 0x3;
    public static final long GENERIC_SECRET = 0x10;
    public static final long DES = 0x13;
    public static final long DES2 = 0x14;
    public static final long DES3 = 0x15;
    public static final long AES = 0x1F;
    public static final long MD5_HMAC = 0x27;
    public static final long SHA_1_HMAC = 0x28;
    public static final long RIPEMD160_HMAC = 0x2A;
    public static final long SHA256_HMAC = 0x2B;
    public static final long SHA384_HMAC = 0x2C;
    public static final long SHA512_HMAC = 0x2D;
    public static final long SHA224_HMAC = 0x2E;
    public static final long CHACHA20 = 0x33;
    public static final long SHA3_224_HMAC = 0x36;
    public static final long SHA3_256_HMAC = 0x37;
    public static final long SHA3_384_HMAC = 0x38;
    public static final long SHA3_512_HMAC = 0x39;
    public static final long EC_EDWARDS = 0x40;
    public static final long EC_MONTGOMERY = 0x41;
    public static final long HKDF = 0x42;
    public static final long SHA512_224_HMAC = 0x43;
    public static final long SHA512_256_HMAC = 0x44;

    private CKK() {
    }
}
