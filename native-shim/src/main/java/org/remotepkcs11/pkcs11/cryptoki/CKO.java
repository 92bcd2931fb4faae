package org.remotepkcs11.pkcs11.cryptoki;

/** Object classes, and the profiles that {@code CKO_PROFILE} objects name; PKCS #11 v3.2 section 4. */
public final class CKO {
    public static final long DATA = 0x0;
    public static final long CERTIFICATE = 0x1;
    public static final long PUBLIC_KEY = 0x2;
    public static final long PRIVATE_KEY = 0x3;
    public static final long SECRET_KEY = 0x4;
    public static final long HW_FEATURE = 0x5;
    public static final long DOMAIN_PARAMETERS = 0x6;
    public static final long MECHANISM = 0x7;
    public static final long PROFILE = 0x9;

    /** {@code CKC_X_509}. */
    public static final long CERTIFICATE_X_509 = 0x0;
    /** {@code CK_CERTIFICATE_CATEGORY_TOKEN_USER}. */
    public static final long CATEGORY_TOKEN_USER = 1;
    /** {@code CK_CERTIFICATE_CATEGORY_AUTHORITY}. */
    public static final long CATEGORY_AUTHORITY = 2;
    /** {@code CK_CERTIFICATE_CATEGORY_OTHER_ENTITY}. */
    public static final long CATEGORY_OTHER_ENTITY = 3;

    /** {@code CKP_BASELINE_PROVIDER}. */
    public static final long PROFILE_BASELINE_PROVIDER = 1;
    /** {@code CKP_EXTENDED_PROVIDER}. */
    public static final long PROFILE_EXTENDED_PROVIDER = 2;
    /** {@code CKP_AUTHENTICATION_TOKEN}. */
    public static final long PROFILE_AUTHENTICATION_TOKEN = 3;
    /** {@code CKP_PUBLIC_CERTIFICATES_TOKEN}. */
    public static final long PROFILE_PUBLIC_CERTIFICATES_TOKEN = 4;

    private CKO() {
    }
}
