package org.remotepkcs11.pkcs11.cryptoki;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;

/**
 * The form in which attribute values are kept, whatever the host's machine: {@code CK_BBOOL} one byte 0 or 1,
 * {@code CK_ULONG} eight bytes little-endian, an array of them one after the other, all else as it is.
 */
public final class Canonical {
    private static final byte[] TRUE = {1};
    private static final byte[] FALSE = {0};

    private Canonical() {
    }

    public static byte[] bool(boolean value) {
        return value ? TRUE : FALSE;
    }

    public static byte[] ulong(long value) {
        return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    }

    public static byte[] ulongs(Collection<Long> values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        values.forEach(bytes::putLong);
        return bytes.array();
    }

    /** @throws CkException {@code CKR_ATTRIBUTE_VALUE_INVALID} if this is no CK_BBOOL */
    public static boolean boolOf(byte[] value) {
        if (value.length != 1 || value[0] < 0 || value[0] > 1) {
            throw new CkException(CKR.ATTRIBUTE_VALUE_INVALID, "not a CK_BBOOL");
        }
        return value[0] == 1;
    }

    /** @throws CkException {@code CKR_ATTRIBUTE_VALUE_INVALID} if this is no CK_ULONG */
    public static long ulongOf(byte[] value) {
        if (value.length != Long.BYTES) {
            throw new CkException(CKR.ATTRIBUTE_VALUE_INVALID, "not a CK_ULONG");
        }
        return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    /** @throws CkException {@code CKR_ATTRIBUTE_VALUE_INVALID} if this is no array of CK_ULONG */
    public static long[] ulongsOf(byte[] value) {
        if (value.length % Long.BYTES != 0) {
            throw new CkException(CKR.ATTRIBUTE_VALUE_INVALID, "not an array of CK_ULONG");
        }
        long[] values = new long[value.length / Long.BYTES];
        ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(values);
        return values;
    }
}
