package org.remotepkcs11.pkcs11.table;

import java.util.List;
import java.util.Optional;

/**
 * A {@code CK_MECHANISM}.
 *
 * @param type      {@code CKM_*}
 * @param flat      the parameter as it stands in the host's memory, where it holds no pointers; else empty. Not copied
 * @param structure what the parameter is, where it holds pointers
 * @param fields    of the structure, in its order: {@link Long}, {@link Boolean} or {@code byte[]}
 */
public record Mechanism(long type, byte[] flat, Optional<Structure> structure, List<Object> fields) {
    private static final byte[] NOTHING = new byte[0];

    public Mechanism {
        fields = List.copyOf(fields);
    }

    public static Mechanism of(long type) {
        return flat(type, NOTHING);
    }

    public static Mechanism flat(long type, byte[] parameter) {
        return new Mechanism(type, parameter, Optional.empty(), List.of());
    }

    public static Mechanism structured(long type, Structure structure, List<Object> fields) {
        return new Mechanism(type, NOTHING, Optional.of(structure), fields);
    }

    /** Whether there is no parameter at all. */
    public boolean isBare() {
        return flat.length == 0 && structure.isEmpty();
    }

    /** @throws IllegalArgumentException if the parameter has no such field of type {@code CK_ULONG} */
    public long ulong(String field) {
        return field(field, Long.class);
    }

    /** @throws IllegalArgumentException if the parameter has no such field of type {@code CK_BBOOL} */
    public boolean bool(String field) {
        return field(field, Boolean.class);
    }

    /** @throws IllegalArgumentException if the parameter has no such field of bytes */
    public byte[] bytes(String field) {
        return field(field, byte[].class);
    }

    private <T> T field(String name, Class<T> type) {
        Structure known = structure.orElseThrow(() -> new IllegalArgumentException("the parameter is flat"));
        Object value = fields.get(known.indexOf(name));
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(known.name() + "." + name + " is of another type");
        }
        return type.cast(value);
    }

    @Override
    public String toString() {
        return "mechanism 0x" + Long.toHexString(type);
    }
}
