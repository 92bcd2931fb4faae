package org.remotepkcs11.pkcs11.cryptoki;

import java.util.Set;

/** Attribute types, PKCS #11 v3.2 section 4. */
public final class CKA {
    public static final long CLASS = 0x0;
    public static final long TOKEN = 0x1;
    public static final long PRIVATE = 0x2;
    public static final long LABEL = 0x3;
    public static final long UNIQUE_ID = 0x4;
    public static final long APPLICATION = 0x10;
    public static final long VALUE = 0x11;
    public static final long OBJECT_ID = 0x12;
    public static final long CERTIFICATE_TYPE = 0x80;
    public static final long ISSUER = 0x81;
    public static final long SERIAL_NUMBER = 0x82;
    public static final long TRUSTED = 0x86;
    public static final long CERTIFICATE_CATEGORY = 0x87;
    public static final long JAVA_MIDP_SECURITY_DOMAIN = 0x88;
    public static final long URL = 0x89;
    public static final long HASH_OF_SUBJECT_PUBLIC_KEY = 0x8A;
    public static final long HASH_OF_ISSUER_PUBLIC_KEY = 0x8B;
    public static final long NAME_HASH_ALGORITHM = 0x8C;
    public static final long CHECK_VALUE = 0x90;
    public static final long KEY_TYPE = 0x100;
    public static final long SUBJECT = 0x101;
    public static final long ID = 0x102;
    public static final long SENSITIVE = 0x103;
    public static final long ENCRYPT = 0x104;
    public static final long DECRYPT = 0x105;
    public static final long WRAP = 0x106;
    public static final long UNWRAP = 0x107;
    public static final long SIGN = 0x108;
    public static final long SIGN_RECOVER = 0x109;
    public static final long VERIFY = 0x10A;
    public static final long VERIFY_RECOVER = 0x10B;
    public static final long DERIVE = 0x10C;
    public static final long START_DATE = 0x110;
    public static final long END_DATE = 0x111;
    public static final long MODULUS = 0x120;
    public static final long MODULUS_BITS = 0x121;
    public static final long PUBLIC_EXPONENT = 0x122;
    public static final long PRIVATE_EXPONENT = 0x123;
    public static final long PRIME_1 = 0x124;
    public static final long PRIME_2 = 0x125;
    public static final long EXPONENT_1 = 0x126;
    public static final long EXPONENT_2 = 0x127;
    public static final long COEFFICIENT = 0x128;
    public static final long PUBLIC_KEY_INFO = 0x129;
    public static final long VALUE_LEN = 0x161;
    public static final long EXTRACTABLE = 0x162;
    public static final long LOCAL = 0x163;
    public static final long NEVER_EXTRACTABLE = 0x164;
    public static final long ALWAYS_SENSITIVE = 0x165;
    public static final long KEY_GEN_MECHANISM = 0x166;
    public static final long MODIFIABLE = 0x170;
    public static final long COPYABLE = 0x171;
    public static final long DESTROYABLE = 0x172;
    public static final long EC_PARAMS = 0x180;
    public static final long EC_POINT = 0x181;
    public static final long ALWAYS_AUTHENTICATE = 0x202;
    public static final long WRAP_WITH_TRUSTED = 0x210;
    public static final long WRAP_TEMPLATE = 0x40000211L;
    public static final long UNWRAP_TEMPLATE = 0x40000212L;
    public static final long DERIVE_TEMPLATE = 0x40000213L;
    public static final long HW_FEATURE_TYPE = 0x300;
    public static final long MECHANISM_TYPE = 0x500;
    public static final long ALLOWED_MECHANISMS = 0x40000600L;
    public static final long PROFILE_ID = 0x601;
    public static final long ENCAPSULATE = 0x633;
    public static final long DECAPSULATE = 0x634;

    /** How a value is encoded. */
    public enum Kind { BYTES, BOOL, ULONG, ULONGS, TEMPLATE }

    private static final Set<Long> BOOLS = Set.of(TOKEN, PRIVATE, TRUSTED, SENSITIVE, ENCRYPT, DECRYPT, WRAP, UNWRAP,
            SIGN, SIGN_RECOVER, VERIFY, VERIFY_RECOVER, DERIVE, EXTRACTABLE, LOCAL, NEVER_EXTRACTABLE,
            ALWAYS_SENSITIVE, MODIFIABLE, COPYABLE, DESTROYABLE, ALWAYS_AUTHENTICATE, WRAP_WITH_TRUSTED, ENCAPSULATE,
            DECAPSULATE);
    private static final Set<Long> ULONGS = Set.of(CLASS, CERTIFICATE_TYPE, CERTIFICATE_CATEGORY,
            JAVA_MIDP_SECURITY_DOMAIN, NAME_HASH_ALGORITHM, KEY_TYPE, MODULUS_BITS, VALUE_LEN, KEY_GEN_MECHANISM,
            HW_FEATURE_TYPE, MECHANISM_TYPE, PROFILE_ID);
    private static final Set<Long> TEMPLATES = Set.of(WRAP_TEMPLATE, UNWRAP_TEMPLATE, DERIVE_TEMPLATE);

    private CKA() {
    }

    /** Encoding of a type's values; {@link Kind#BYTES} where the type is not known. */
    public static Kind kind(long type) {
        if (BOOLS.contains(type)) {
            return Kind.BOOL;
        }
        if (ULONGS.contains(type)) {
            return Kind.ULONG;
        }
        if (type == ALLOWED_MECHANISMS) {
            return Kind.ULONGS;
        }
        return TEMPLATES.contains(type) ? Kind.TEMPLATE : Kind.BYTES;
    }

    /** As in {@code CKA_LABEL}, or its number. */
    public static String name(long type) {
        return ConstantNames.of(CKA.class, type);
    }
}
