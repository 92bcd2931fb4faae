package org.remotepkcs11.pkcs11.table;

import java.util.List;

/**
 * A C structure: one that is written to the host, or a mechanism parameter that holds pointers.
 *
 * @param name   as C writes it
 * @param fields in C's order, with C's natural alignment
 */
public record Structure(String name, List<Field> fields) {
    /** What a field is; {@code pkcs11.table} explains them. */
    public enum FieldKind { ULONG, BOOL, VERSION, TEXT, FIXED, BUFFER, COUNTED, BITS, NONCE, BLOCK }

    /**
     * @param name unique within the structure
     * @param kind what it is
     * @param size bytes of {@link FieldKind#TEXT}, {@link FieldKind#FIXED} and {@link FieldKind#BLOCK}; else 0
     */
    public record Field(String name, FieldKind kind, int size) {
    }

    public Structure {
        fields = List.copyOf(fields);
    }

    /** The names of the fields that point to bytes. */
    public List<String> pointers() {
        return fields.stream().filter(field -> switch (field.kind()) {
            case BUFFER, COUNTED, BITS, NONCE, BLOCK -> true;
            default -> false;
        }).map(Field::name).toList();
    }

    int indexOf(String field) {
        for (int index = 0; index < fields.size(); index++) {
            if (fields.get(index).name().equals(field)) {
                return index;
            }
        }
        throw new IllegalArgumentException(name + " has no field " + field);
    }
}
