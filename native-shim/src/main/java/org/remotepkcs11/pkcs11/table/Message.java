package org.remotepkcs11.pkcs11.table;

import java.util.List;

/**
 * The parameter of one message of {@code C_EncryptMessage} and its like.
 *
 * @param structure which of {@link FunctionTable#messages}
 * @param fields    in its order: {@link Long} or {@code byte[]}
 */
public record Message(Structure structure, List<Object> fields) {
    public Message {
        fields = List.copyOf(fields);
    }

    /** @throws IllegalArgumentException if there is no such field of type {@code CK_ULONG} */
    public long ulong(String field) {
        return (Long) fields.get(structure.indexOf(field));
    }

    /** Not copied. @throws IllegalArgumentException if there is no such field of bytes */
    public byte[] bytes(String field) {
        return (byte[]) fields.get(structure.indexOf(field));
    }
}
