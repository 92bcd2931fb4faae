package org.remotepkcs11.pkcs11.application;

import java.util.Arrays;
import java.util.OptionalInt;
import org.remotepkcs11.pkcs11.crypto.SecretKeys;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.pkcs11.object.NewObjects;
import org.remotepkcs11.pkcs11.object.SessionObject;
import org.remotepkcs11.pkcs11.table.Attribute;

/**
 * What the template of a secret key to be made, derived or unwrapped says of its type and length.
 *
 * @param template complete with class and key type
 */
record SecretTemplate(Template template, long keyType) {
    /**
     * @param otherwise key type where the template names none
     * @throws CkException {@code CKR_TEMPLATE_INCONSISTENT} if it is for no secret key
     */
    static SecretTemplate of(Template template, long otherwise) {
        if (template.ulong(CKA.CLASS).orElse(CKO.SECRET_KEY) != CKO.SECRET_KEY) {
            throw new CkException(CKR.TEMPLATE_INCONSISTENT, "CKA_CLASS is not CKO_SECRET_KEY");
        }
        if (template.has(CKA.VALUE)) {
            throw new CkException(CKR.TEMPLATE_INCONSISTENT, "CKA_VALUE is not for the application to say");
        }
        long keyType = template.ulong(CKA.KEY_TYPE).orElse(otherwise);
        return new SecretTemplate(template.with(Attribute.ofUlong(CKA.CLASS, CKO.SECRET_KEY))
                .with(Attribute.ofUlong(CKA.KEY_TYPE, keyType)), keyType);
    }

    /** {@code CKA_VALUE_LEN}, or the only length of the type. @throws CkException {@code CKR_KEY_SIZE_RANGE} */
    OptionalInt length() {
        OptionalInt given = valueLength();
        if (!SecretKeys.lengthIsFixed(keyType)) {
            return given;
        }
        int fixed = SecretKeys.fixedLength(keyType);
        if (given.isPresent() && given.getAsInt() != fixed) {
            throw new CkException(CKR.TEMPLATE_INCONSISTENT, "such keys have " + fixed + " bytes");
        }
        return OptionalInt.of(fixed);
    }

    /** @throws CkException {@code CKR_TEMPLATE_INCOMPLETE}, {@code CKR_KEY_SIZE_RANGE} */
    int requiredLength() {
        int length = length().orElseThrow(() -> new CkException(CKR.TEMPLATE_INCOMPLETE, "CKA_VALUE_LEN is missing"));
        SecretKeys.requireLength(keyType, length);
        return length;
    }

    private OptionalInt valueLength() {
        if (!template.has(CKA.VALUE_LEN)) {
            return OptionalInt.empty();
        }
        long length = template.ulong(CKA.VALUE_LEN).orElseThrow();
        if (length < 1 || length > SecretKeys.MAX_BYTES) {
            throw new CkException(CKR.KEY_SIZE_RANGE, "a key of " + length + " bytes");
        }
        return OptionalInt.of((int) length);
    }

    /** @throws CkException {@code CKR_KEY_SIZE_RANGE} if the value is no key of the type */
    SessionObject keyOf(byte[] value, NewObjects.Lineage lineage) {
        SecretKeys.requireLength(keyType, value.length);
        byte[] shaped = SecretKeys.shaped(keyType, value);
        try {
            return NewObjects.secretKey(template, shaped, lineage);
        } finally {
            Arrays.fill(shaped, (byte) 0);
        }
    }

    boolean isGeneric() {
        return keyType != CKK.AES && !SecretKeys.lengthIsFixed(keyType);
    }
}
