package org.remotepkcs11.inprocess;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.table.Argument;
import org.remotepkcs11.pkcs11.table.Arguments;
import org.remotepkcs11.pkcs11.table.AttributeQuery;
import org.remotepkcs11.pkcs11.table.Function;
import org.remotepkcs11.pkcs11.table.Kind;
import org.remotepkcs11.pkcs11.table.Room;

/** Copies what a call reads out of the host's memory. Answers a host's mistakes as {@code librpkcs11.so} does. */
final class HostArguments {
    /** No more bytes in one piece, as through the agent. */
    static final long MAX_BYTES = 16L << 20;

    private static final int LABEL_BYTES = 32;
    private static final int BYTE = 0xFF;

    private HostArguments() {
    }

    /**
     * @param words one for each C parameter
     * @throws CkException if the host passed what the function does not take
     */
    static Arguments read(Function function, long[] words) {
        Map<String, Object> values = new HashMap<>();
        int next = 0;
        for (Argument argument : function.arguments()) {
            Kind kind = argument.kind();
            if (kind.isRead()) {
                values.put(argument.name(), read(kind, words, next));
            } else if (kind == Kind.NULL) {
                require(words[next] == 0);
            } else if (kind.isWritten()) {
                require(words[next] != 0);
            }
            next += kind.parameters();
        }
        return new Arguments(function, values);
    }

    private static Object read(Kind kind, long[] words, int at) {
        long word = words[at];
        return switch (kind) {
            case ULONG -> word;
            case BOOL -> (word & BYTE) != 0;
            case BYTES -> bytes(word, words[at + 1], CKR.ARGUMENTS_BAD);
            case PIN, OPTIONAL -> word == 0 ? Optional.empty()
                    : Optional.of(bytes(word, words[at + 1], CKR.ARGUMENTS_BAD));
            case LABEL -> bytes(word, LABEL_BYTES, CKR.ARGUMENTS_BAD);
            case MECHANISM -> word == 0 ? Optional.empty() : Optional.of(HostParameters.mechanism(new Pointer(word)));
            case TEMPLATE -> HostTemplates.template(word, words[at + 1]);
            case QUERY -> query(word, words[at + 1]);
            case MESSAGE -> word == 0 ? Optional.empty()
                    : Optional.of(HostParameters.message(new Pointer(word), words[at + 1]));
            case OUT_OPTIONAL -> words[at + 1] == 0 ? Optional.empty() : Optional.of(sized(word, words[at + 1]));
            case OUT_BYTES, OUT_ULONGS -> sized(word, words[at + 1]);
            case OUT_FOUND -> found(word, words[at + 1], words[at + 2]);
            case OUT_FILL -> fill(word, words[at + 1]);
            default -> throw new IllegalArgumentException(kind + " is not read");
        };
    }

    static byte[] bytes(long address, long length, long otherwise) {
        if (address == 0 && length != 0) {
            throw new CkException(otherwise);
        }
        if (Long.compareUnsigned(length, MAX_BYTES) > 0) {
            throw new CkException(CKR.DATA_LEN_RANGE);
        }
        return length == 0 ? new byte[0] : new Pointer(address).getByteArray(0, (int) length);
    }

    private static void require(boolean given) {
        if (!given) {
            throw new CkException(CKR.ARGUMENTS_BAD);
        }
    }

    /** A length is unsigned; more than Java can count is still no less than all we will ever write. */
    private static Room room(long capacity) {
        return Room.of(capacity < 0 ? Long.MAX_VALUE : capacity);
    }

    /** The length of no buffer need not be set. */
    private static Room sized(long buffer, long length) {
        require(length != 0);
        return buffer == 0 ? Room.LENGTH_ONLY : room(new Pointer(length).getLong(0));
    }

    private static Room found(long items, long capacity, long count) {
        require(count != 0 && (items != 0 || capacity == 0));
        return room(capacity);
    }

    private static Room fill(long buffer, long length) {
        require(buffer != 0 || length == 0);
        if (Long.compareUnsigned(length, MAX_BYTES / 2) > 0) {
            throw new CkException(CKR.DATA_LEN_RANGE);
        }
        return room(length);
    }

    private static List<AttributeQuery> query(long address, long count) {
        HostTemplates.check(address, count);
        List<AttributeQuery> queries = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            Pointer attribute = HostTemplates.attribute(address, index);
            long value = attribute.getLong(Layout.WORD);
            Room room = value == 0 ? Room.LENGTH_ONLY : room(attribute.getLong(2L * Layout.WORD));
            queries.add(new AttributeQuery(attribute.getLong(0), room));
        }
        return queries;
    }
}
