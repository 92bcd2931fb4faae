package org.remotepkcs11.pkcs11.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A {@code CK_ATTRIBUTE} of a template. A {@code CK_ULONG} value is 8 bytes, little-endian, wherever it comes from.
 *
 * @param type   {@code CKA_*}
 * @param value  empty for a nested template. Not copied: do not change it
 * @param nested the attributes of {@code CKA_WRAP_TEMPLATE} and its like; else empty
 */
public record Attribute(long type, byte[] value, List<Attribute> nested) {
    /** {@code CKF_ARRAY_ATTRIBUTE}. */
    private static final long ARRAY = 0x40000000L;
    private static final long CKA_ALLOWED_MECHANISMS = 0x40000600L;

    public Attribute {
        nested = List.copyOf(nested);
    }

    public Attribute(long type, byte[] value) {
        this(type, value, List.of());
    }

    public static Attribute ofUlong(long type, long value) {
        return new Attribute(type, ulong(value));
    }

    public static Attribute ofBool(long type, boolean value) {
        return new Attribute(type, new byte[] {(byte) (value ? 1 : 0)});
    }

    public static Attribute ofText(long type, String value) {
        return new Attribute(type, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether values of this type are themselves templates. */
    public static boolean isNested(long type) {
        return (type & ARRAY) != 0 && type != CKA_ALLOWED_MECHANISMS;
    }

    /** A {@code CK_ULONG} as it stands in {@link #value}. */
    public static byte[] ulong(long value) {
        return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    }

    /** @throws IllegalArgumentException if the value is not one {@code CK_ULONG} */
    public long asUlong() {
        if (value.length != Long.BYTES) {
            throw new IllegalArgumentException("attribute 0x" + Long.toHexString(type) + " is no CK_ULONG");
        }
        return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    /** @throws IllegalArgumentException if the value is not one {@code CK_BBOOL} */
    public boolean asBool() {
        if (value.length != 1) {
            throw new IllegalArgumentException("attribute 0x" + Long.toHexString(type) + " is no CK_BBOOL");
        }
        return value[0] != 0;
    }

    @Override
    public String toString() {
        return "0x" + Long.toHexString(type) + " of " + value.length + " bytes";
    }
}
