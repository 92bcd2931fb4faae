package org.remotepkcs11.pkcs11.object;

import java.util.Set;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKO;

/** Attributes that are the key itself (footnote 7 of PKCS #11 v3.2 table 11). */
final class SecretAttributes {
    private static final Set<Long> RSA = Set.of(CKA.PRIVATE_EXPONENT, CKA.PRIME_1, CKA.PRIME_2, CKA.EXPONENT_1,
            CKA.EXPONENT_2, CKA.COEFFICIENT);

    private SecretAttributes() {
    }

    static boolean has(CryptokiObject object, long type) {
        if (type != CKA.VALUE && !RSA.contains(type)) {
            return false;
        }
        if (object.objectClass() == CKO.SECRET_KEY) {
            return type == CKA.VALUE;
        }
        return object.objectClass() == CKO.PRIVATE_KEY && (object.keyType() == CKK.RSA) != (type == CKA.VALUE);
    }
}
