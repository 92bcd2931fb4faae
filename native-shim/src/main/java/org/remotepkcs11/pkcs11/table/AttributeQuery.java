package org.remotepkcs11.pkcs11.table;

/**
 * One attribute that {@code C_GetAttributeValue} asks for.
 *
 * @param type {@code CKA_*}
 * @param room for its value
 */
public record AttributeQuery(long type, Room room) {
    /** The answer: the value if it fits, else only its length. */
    public AttributeValue answer(byte[] value) {
        return room.fits(value.length) ? AttributeValue.of(value) : AttributeValue.lengthOf(value.length);
    }
}
