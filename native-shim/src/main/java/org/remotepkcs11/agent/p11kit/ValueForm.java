package org.remotepkcs11.agent.p11kit;

import java.util.Set;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.table.Attribute;

/** How p11-kit writes the value of an attribute. Types it does not know are bytes to it. */
enum ValueForm {
    BYTE, ULONG, ULONGS, ATTRIBUTES, BYTES;

    private static final Set<Long> BYTE_TYPES = Set.of(CKA.TOKEN, CKA.PRIVATE, CKA.TRUSTED, CKA.SENSITIVE, CKA.ENCRYPT,
            CKA.DECRYPT, CKA.WRAP, CKA.UNWRAP, CKA.SIGN, CKA.SIGN_RECOVER, CKA.VERIFY, CKA.VERIFY_RECOVER, CKA.DERIVE,
            CKA.EXTRACTABLE, CKA.LOCAL, CKA.NEVER_EXTRACTABLE, CKA.ALWAYS_SENSITIVE, CKA.MODIFIABLE, CKA.COPYABLE,
            CKA.ALWAYS_AUTHENTICATE, CKA.WRAP_WITH_TRUSTED);
    private static final Set<Long> ULONG_TYPES = Set.of(CKA.CLASS, CKA.CERTIFICATE_TYPE, CKA.CERTIFICATE_CATEGORY,
            CKA.JAVA_MIDP_SECURITY_DOMAIN, CKA.KEY_TYPE, CKA.MODULUS_BITS, CKA.VALUE_LEN, CKA.KEY_GEN_MECHANISM,
            CKA.HW_FEATURE_TYPE, CKA.MECHANISM_TYPE);

    static ValueForm of(long type) {
        if (BYTE_TYPES.contains(type)) {
            return BYTE;
        }
        if (ULONG_TYPES.contains(type)) {
            return ULONG;
        }
        if (type == CKA.ALLOWED_MECHANISMS) {
            return ULONGS;
        }
        return Attribute.isNested(type) ? ATTRIBUTES : BYTES;
    }
}
