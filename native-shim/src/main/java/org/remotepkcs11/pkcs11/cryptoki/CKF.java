package org.remotepkcs11.pkcs11.cryptoki;

/** Flags, users and states: PKCS #11 v3.2 section 3. */
public final class CKF {
    // slots
    public static final long TOKEN_PRESENT = 0x1;
    public static final long REMOVABLE_DEVICE = 0x2;
    public static final long HW_SLOT = 0x4;
    // tokens
    public static final long RNG = 0x1;
    public static final long LOGIN_REQUIRED = 0x4;
    public static final long USER_PIN_INITIALIZED = 0x8;
    public static final long PROTECTED_AUTHENTICATION_PATH = 0x100;
    public static final long DUAL_CRYPTO_OPERATIONS = 0x200;
    public static final long TOKEN_INITIALIZED = 0x400;
    public static final long USER_PIN_COUNT_LOW = 0x10000;
    public static final long USER_PIN_FINAL_TRY = 0x20000;
    public static final long USER_PIN_LOCKED = 0x40000;
    // sessions
    public static final long RW_SESSION = 0x2;
    public static final long SERIAL_SESSION = 0x4;
    public static final long ASYNC_SESSION = 0x8;
    // mechanisms
    public static final long HW = 0x1;
    public static final long MESSAGE_ENCRYPT = 0x2;
    public static final long MESSAGE_DECRYPT = 0x4;
    public static final long MESSAGE_SIGN = 0x8;
    public static final long MESSAGE_VERIFY = 0x10;
    public static final long MULTI_MESSAGE = 0x20;
    public static final long FIND_OBJECTS = 0x40;
    public static final long ENCRYPT = 0x100;
    public static final long DECRYPT = 0x200;
    public static final long DIGEST = 0x400;
    public static final long SIGN = 0x800;
    public static final long SIGN_RECOVER = 0x1000;
    public static final long VERIFY = 0x2000;
    public static final long VERIFY_RECOVER = 0x4000;
    public static final long GENERATE = 0x8000;
    public static final long GENERATE_KEY_PAIR = 0x10000;
    public static final long WRAP = 0x20000;
    public static final long UNWRAP = 0x40000;
    public static final long DERIVE = 0x80000;
    public static final long EC_F_P = 0x100000;
    public static final long EC_OID = 0x800000;
    public static final long EC_UNCOMPRESS = 0x1000000;
    public static final long EC_COMPRESS = 0x2000000;
    public static final long EC_CURVENAME = 0x4000000;
    public static final long ENCAPSULATE = 0x10000000;
    public static final long DECAPSULATE = 0x20000000;
    // functions
    public static final long DONT_BLOCK = 0x1;
    public static final long END_OF_MESSAGE = 0x1;
    // users
    public static final long USER_SO = 0;
    public static final long USER_USER = 1;
    public static final long USER_CONTEXT_SPECIFIC = 2;
    // session states
    public static final long STATE_RO_PUBLIC = 0;
    public static final long STATE_RO_USER = 1;
    public static final long STATE_RW_PUBLIC = 2;
    public static final long STATE_RW_USER = 3;

    /** {@code CK_UNAVAILABLE_INFORMATION}. */
    public static final long UNAVAILABLE_INFORMATION = -1L;
    /** {@code CK_EFFECTIVELY_INFINITE}. */
    public static final long EFFECTIVELY_INFINITE = 0;
    /** {@code CK_INVALID_HANDLE}. */
    public static final long INVALID_HANDLE = 0;

    private CKF() {
    }
}
