package org.remotepkcs11.pkcs11.object;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.Canonical;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.Template;

/** An object that an application can find. */
public interface CryptokiObject {
    /** {@code CKA_CLASS}. */
    long objectClass();

    boolean isToken();

    /** Whether it is hidden from those who have not logged in. */
    boolean isPrivate();

    /** A value in {@link Canonical} form, were it secret; not to be shown without {@link #reveal}. */
    Optional<byte[]> attribute(long type);

    /** What the object is made of. */
    KeyMaterial material();

    /** In bytes, roughly: {@code C_GetObjectSize}. */
    long size();

    /**
     * A value for the caller to see.
     *
     * @throws CkException {@code CKR_ATTRIBUTE_SENSITIVE} or {@code CKR_ATTRIBUTE_TYPE_INVALID}
     */
    default byte[] reveal(long type) {
        if (SecretAttributes.has(this, type) && (flag(CKA.SENSITIVE) || !flag(CKA.EXTRACTABLE))) {
            throw new CkException(CKR.ATTRIBUTE_SENSITIVE);
        }
        return attribute(type).orElseThrow(() -> new CkException(CKR.ATTRIBUTE_TYPE_INVALID));
    }

    /** A boolean attribute; false where the object has none such. */
    default boolean flag(long type) {
        return attribute(type).map(Canonical::boolOf).orElse(false);
    }

    /** {@code CKA_KEY_TYPE}; -1 for what is no key. */
    default long keyType() {
        return attribute(CKA.KEY_TYPE).map(Canonical::ulongOf).orElse(-1L);
    }

    /** Whether every attribute of the template is the object's; secrets match nothing. */
    default boolean matches(Template template) {
        for (Map.Entry<Long, byte[]> wanted : template.values().entrySet()) {
            boolean equal = !SecretAttributes.has(this, wanted.getKey())
                    && attribute(wanted.getKey()).filter(value -> Arrays.equals(value, wanted.getValue())).isPresent();
            if (!equal) {
                return false;
            }
        }
        return true;
    }

    /** Whether {@code type} is one of the classes of keys. */
    static boolean isKey(long objectClass) {
        return objectClass == CKO.PUBLIC_KEY || objectClass == CKO.PRIVATE_KEY || objectClass == CKO.SECRET_KEY;
    }
}
