package org.remotepkcs11.pkcs11.table;

import java.util.Optional;

/**
 * What {@code C_GetAttributeValue} answers for one attribute, PKCS #11 v3.1 section 5.7.5.
 *
 * @param length of the value, or -1: {@code CK_UNAVAILABLE_INFORMATION}
 * @param value  where it fits. Not copied: do not change it
 */
public record AttributeValue(long length, Optional<byte[]> value) {
    /** {@code ulValueLen} = {@code CK_UNAVAILABLE_INFORMATION}. */
    public static final AttributeValue UNAVAILABLE = new AttributeValue(-1, Optional.empty());

    public static AttributeValue of(byte[] value) {
        return new AttributeValue(value.length, Optional.of(value));
    }

    public static AttributeValue lengthOf(long length) {
        return new AttributeValue(length, Optional.empty());
    }
}
