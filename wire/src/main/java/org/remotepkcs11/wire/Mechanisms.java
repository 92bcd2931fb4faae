package org.remotepkcs11.wire;

/** The mechanisms a card may be asked for, by their PKCS #11 v3.1 numbers; every hash is made at the user's. */
public final class Mechanisms {
    public static final long RSA_PKCS = 0x1;
    public static final long RSA_X_509 = 0x3;
    public static final long RSA_PKCS_OAEP = 0x9;
    public static final long RSA_PKCS_PSS = 0xD;
    public static final long ECDSA = 0x1041;
    public static final long ECDH1_DERIVE = 0x1050;
    public static final long EDDSA = 0x1057;

    public static final long SHA_1 = 0x220;
    public static final long SHA224 = 0x255;
    public static final long SHA256 = 0x250;
    public static final long SHA384 = 0x260;
    public static final long SHA512 = 0x270;
    public static final long SHA3_256 = 0x2B0;
    public static final long SHA3_224 = 0x2B5;
    public static final long SHA3_384 = 0x2C0;
    public static final long SHA3_512 = 0x2D0;

    public static final long MGF1_SHA1 = 0x1;
    public static final long MGF1_SHA256 = 0x2;
    public static final long MGF1_SHA384 = 0x3;
    public static final long MGF1_SHA512 = 0x4;
    public static final long MGF1_SHA224 = 0x5;
    public static final long MGF1_SHA3_224 = 0x6;
    public static final long MGF1_SHA3_256 = 0x7;
    public static final long MGF1_SHA3_384 = 0x8;
    public static final long MGF1_SHA3_512 = 0x9;

    private Mechanisms() {
    }
}
