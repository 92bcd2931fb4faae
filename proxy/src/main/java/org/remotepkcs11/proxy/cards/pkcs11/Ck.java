package org.remotepkcs11.proxy.cards.pkcs11;

/** Numbers of PKCS #11 v3.1 that the proxy needs, by their names in the standard without {@code CK}. */
final class Ck {
    static final long OK = 0;
    static final long R_SLOT_ID_INVALID = 0x3;
    static final long R_GENERAL_ERROR = 0x5;
    static final long R_FUNCTION_FAILED = 0x6;
    static final long R_ARGUMENTS_BAD = 0x7;
    static final long R_ATTRIBUTE_SENSITIVE = 0x11;
    static final long R_ATTRIBUTE_TYPE_INVALID = 0x12;
    static final long R_DATA_INVALID = 0x20;
    static final long R_DATA_LEN_RANGE = 0x21;
    static final long R_DEVICE_ERROR = 0x30;
    static final long R_DEVICE_REMOVED = 0x32;
    static final long R_ENCRYPTED_DATA_INVALID = 0x40;
    static final long R_ENCRYPTED_DATA_LEN_RANGE = 0x41;
    static final long R_KEY_HANDLE_INVALID = 0x60;
    static final long R_KEY_SIZE_RANGE = 0x62;
    static final long R_KEY_TYPE_INCONSISTENT = 0x63;
    static final long R_KEY_FUNCTION_NOT_PERMITTED = 0x68;
    static final long R_MECHANISM_INVALID = 0x70;
    static final long R_MECHANISM_PARAM_INVALID = 0x71;
    static final long R_OBJECT_HANDLE_INVALID = 0x82;
    static final long R_OPERATION_ACTIVE = 0x90;
    static final long R_OPERATION_NOT_INITIALIZED = 0x91;
    static final long R_PIN_INCORRECT = 0xA0;
    static final long R_PIN_INVALID = 0xA1;
    static final long R_PIN_LEN_RANGE = 0xA2;
    static final long R_PIN_EXPIRED = 0xA3;
    static final long R_PIN_LOCKED = 0xA4;
    static final long R_SESSION_CLOSED = 0xB0;
    static final long R_SESSION_COUNT = 0xB1;
    static final long R_SESSION_HANDLE_INVALID = 0xB3;
    static final long R_TOKEN_NOT_PRESENT = 0xE0;
    static final long R_TOKEN_NOT_RECOGNIZED = 0xE1;
    static final long R_USER_ALREADY_LOGGED_IN = 0x100;
    static final long R_USER_NOT_LOGGED_IN = 0x101;
    static final long R_CRYPTOKI_NOT_INITIALIZED = 0x190;
    static final long R_CRYPTOKI_ALREADY_INITIALIZED = 0x191;

    static final long F_TOKEN_PRESENT = 0x1;
    static final long F_OS_LOCKING_OK = 0x2;
    static final long F_RW_SESSION = 0x2;
    static final long F_SERIAL_SESSION = 0x4;
    static final long F_LOGIN_REQUIRED = 0x4;
    static final long F_TOKEN_INITIALIZED = 0x400;
    static final long F_USER_PIN_COUNT_LOW = 0x10000;
    static final long F_USER_PIN_FINAL_TRY = 0x20000;
    static final long F_USER_PIN_LOCKED = 0x40000;

    static final long U_USER = 1;
    static final long U_CONTEXT_SPECIFIC = 2;

    static final long O_CERTIFICATE = 1;
    static final long O_PUBLIC_KEY = 2;
    static final long O_PRIVATE_KEY = 3;
    static final long O_SECRET_KEY = 4;

    static final long K_RSA = 0;
    static final long K_EC = 3;
    static final long K_GENERIC_SECRET = 0x10;
    static final long K_EC_EDWARDS = 0x40;

    static final long A_CLASS = 0x0;
    static final long A_TOKEN = 0x1;
    static final long A_PRIVATE = 0x2;
    static final long A_LABEL = 0x3;
    static final long A_VALUE = 0x11;
    static final long A_CERTIFICATE_TYPE = 0x80;
    static final long A_KEY_TYPE = 0x100;
    static final long A_ID = 0x102;
    static final long A_SENSITIVE = 0x103;
    static final long A_ENCRYPT = 0x104;
    static final long A_DECRYPT = 0x105;
    static final long A_WRAP = 0x106;
    static final long A_UNWRAP = 0x107;
    static final long A_SIGN = 0x108;
    static final long A_SIGN_RECOVER = 0x109;
    static final long A_VERIFY = 0x10A;
    static final long A_DERIVE = 0x10C;
    static final long A_MODULUS = 0x120;
    static final long A_PUBLIC_EXPONENT = 0x122;
    static final long A_PUBLIC_KEY_INFO = 0x129;
    static final long A_VALUE_LEN = 0x161;
    static final long A_EXTRACTABLE = 0x162;
    static final long A_LOCAL = 0x163;
    static final long A_NEVER_EXTRACTABLE = 0x164;
    static final long A_ALWAYS_SENSITIVE = 0x165;
    static final long A_EC_PARAMS = 0x180;
    static final long A_EC_POINT = 0x181;
    static final long A_ALWAYS_AUTHENTICATE = 0x202;
    static final long A_ALLOWED_MECHANISMS = 0x40000600L;

    static final long M_SHA256_HMAC = 0x251;
    static final long M_GENERIC_SECRET_KEY_GEN = 0x350;

    static final long C_X_509 = 0;
    static final long D_NULL = 1;
    static final long Z_DATA_SPECIFIED = 1;

    private Ck() {
    }
}
