package org.remotepkcs11.pkcs11.cryptoki;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.remotepkcs11.pkcs11.table.Attribute;

/** Attributes to search for, or of a new object; each type at most once. */
public final class Template {
    public static final Template EMPTY = new Template(Map.of());

    private final Map<Long, byte[]> values;

    private Template(Map<Long, byte[]> values) {
        this.values = values;
    }

    public static Template of(Attribute... attributes) {
        return of(List.of(attributes));
    }

    /** @throws CkException {@code CKR_TEMPLATE_INCONSISTENT} if a type is there twice with different values */
    public static Template of(List<Attribute> attributes) {
        Map<Long, byte[]> values = new LinkedHashMap<>();
        for (Attribute attribute : attributes) {
            byte[] before = values.put(attribute.type(), attribute.value());
            if (before != null && !Arrays.equals(before, attribute.value())) {
                throw new CkException(CKR.TEMPLATE_INCONSISTENT, CKA.name(attribute.type()) + " is there twice");
            }
        }
        return new Template(Collections.unmodifiableMap(values));
    }

    /** In the order given. */
    public Map<Long, byte[]> values() {
        return values;
    }

    public boolean has(long type) {
        return values.containsKey(type);
    }

    public Optional<byte[]> bytes(long type) {
        return Optional.ofNullable(values.get(type));
    }

    /** @throws CkException {@code CKR_TEMPLATE_INCOMPLETE} if it is not there */
    public byte[] required(long type) {
        return bytes(type).orElseThrow(
                () -> new CkException(CKR.TEMPLATE_INCOMPLETE, CKA.name(type) + " is missing"));
    }

    /** @throws CkException {@code CKR_ATTRIBUTE_VALUE_INVALID} */
    public boolean bool(long type, boolean otherwise) {
        byte[] value = values.get(type);
        return value == null ? otherwise : Canonical.boolOf(value);
    }

    /** @throws CkException {@code CKR_ATTRIBUTE_VALUE_INVALID} */
    public Optional<Long> ulong(long type) {
        return bytes(type).map(Canonical::ulongOf);
    }

    /** This one with a value that the function itself decides. */
    public Template with(Attribute attribute) {
        Map<Long, byte[]> more = new LinkedHashMap<>(values);
        more.put(attribute.type(), attribute.value());
        return new Template(Collections.unmodifiableMap(more));
    }

    @Override
    public String toString() {
        return values.keySet().stream().map(CKA::name).toList().toString();
    }
}
