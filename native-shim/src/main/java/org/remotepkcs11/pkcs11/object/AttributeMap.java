package org.remotepkcs11.pkcs11.object;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Map.Entry;
import org.remotepkcs11.pkcs11.cryptoki.Canonical;

/** Builds the attributes of one object. */
final class AttributeMap {
    private static final byte[] EMPTY = new byte[0];

    private final Map<Long, byte[]> values = new LinkedHashMap<>();

    AttributeMap put(long type, byte[] value) {
        values.put(type, value);
        return this;
    }

    AttributeMap put(long type, boolean value) {
        return put(type, Canonical.bool(value));
    }

    AttributeMap put(long type, long value) {
        return put(type, Canonical.ulong(value));
    }

    AttributeMap put(long type, String value) {
        return put(type, value.getBytes(StandardCharsets.UTF_8));
    }

    AttributeMap put(long type, Collection<Long> values) {
        return put(type, Canonical.ulongs(values));
    }

    AttributeMap putAll(Map<Long, byte[]> more) {
        values.putAll(more);
        return this;
    }

    /** With an empty value. */
    AttributeMap putEmpty(long... types) {
        for (long type : types) {
            values.put(type, EMPTY);
        }
        return this;
    }

    Map<Long, byte[]> build() {
        return Map.copyOf(values);
    }

    static long size(Map<Long, byte[]> values) {
        long size = 0;
        for (Entry<Long, byte[]> entry : values.entrySet()) {
            size += Long.BYTES + entry.getValue().length;
        }
        return size;
    }
}
