package org.remotepkcs11.pkcs11.peer;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Argument;
import org.remotepkcs11.pkcs11.table.Arguments;
import org.remotepkcs11.pkcs11.table.Attribute;
import org.remotepkcs11.pkcs11.table.AttributeQuery;
import org.remotepkcs11.pkcs11.table.AttributeValue;
import org.remotepkcs11.pkcs11.table.Kind;
import org.remotepkcs11.pkcs11.table.Mechanism;
import org.remotepkcs11.pkcs11.table.Room;

/** One argument in native memory: CK_ULONG and pointers have 8 bytes here. */
final class NativeArgument {
    private static final int WORD = 8;
    private static final int STRUCTURE = 512;
    private static final int ATTRIBUTE = 3 * WORD;

    private final Argument argument;
    private final List<Object> parameters;
    private final Memory value;
    private final Memory length;
    private final List<Memory> kept;

    private NativeArgument(Argument argument, List<Object> parameters, Memory value, Memory length, List<Memory> kept) {
        this.argument = argument;
        this.parameters = parameters;
        this.value = value;
        this.length = length;
        this.kept = kept;
    }

    List<Object> parameters() {
        return parameters;
    }

    static NativeArgument of(Argument argument, Arguments in) {
        String name = argument.name();
        return switch (argument.kind()) {
            case ULONG -> plain(argument, in.ulong(name));
            case BOOL -> plain(argument, (byte) (in.bool(name) ? 1 : 0));
            case BYTES -> bytes(argument, Optional.of(in.bytes(name)));
            case PIN -> bytes(argument, in.pin(name));
            case MECHANISM -> mechanism(argument, in.mechanism(name));
            case TEMPLATE -> attributes(argument, in.template(name));
            case QUERY -> query(argument, in.query(name));
            case OUT_ULONG -> written(argument, PeerModule.memory(WORD));
            case OUT_STRUCTURE -> written(argument, PeerModule.memory(STRUCTURE));
            case OUT_BYTES -> room(argument, in.room(name), 1);
            case OUT_ULONGS -> room(argument, in.room(name), WORD);
            case OUT_FOUND -> found(argument, in.room(name));
            case OUT_FILL -> fill(argument, in.room(name));
            default -> plain(argument, Pointer.NULL);
        };
    }

    private static NativeArgument plain(Argument argument, Object parameter) {
        List<Object> parameters = new ArrayList<>();
        parameters.add(parameter);
        return new NativeArgument(argument, parameters, null, null, List.of());
    }

    private static NativeArgument bytes(Argument argument, Optional<byte[]> bytes) {
        Memory memory = bytes.map(NativeArgument::copied).orElse(null);
        return new NativeArgument(argument, Arrays.asList(memory, (long) bytes.map(array -> array.length).orElse(0)),
                null, null, List.of());
    }

    private static Memory copied(byte[] bytes) {
        Memory memory = PeerModule.memory(bytes.length);
        memory.write(0, bytes, 0, bytes.length);
        return memory;
    }

    private static NativeArgument mechanism(Argument argument, Optional<Mechanism> mechanism) {
        if (mechanism.isEmpty()) {
            return plain(argument, Pointer.NULL);
        }
        Memory parameter = copied(mechanism.get().flat());
        Memory memory = PeerModule.memory(3L * WORD);
        memory.setLong(0, mechanism.get().type());
        memory.setPointer(WORD, mechanism.get().flat().length == 0 ? null : parameter);
        memory.setLong(2L * WORD, mechanism.get().flat().length);
        return new NativeArgument(argument, List.of(memory), null, null, List.of(parameter));
    }

    private static NativeArgument attributes(Argument argument, List<Attribute> template) {
        List<Memory> kept = new ArrayList<>();
        Memory memory = PeerModule.memory((long) ATTRIBUTE * template.size());
        for (int i = 0; i < template.size(); i++) {
            kept.add(copied(template.get(i).value()));
            attribute(memory, i, template.get(i).type(), kept.get(i), template.get(i).value().length);
        }
        return new NativeArgument(argument, List.of(memory, (long) template.size()), null, null, kept);
    }

    private static NativeArgument query(Argument argument, List<AttributeQuery> query) {
        List<Memory> kept = new ArrayList<>();
        Memory memory = PeerModule.memory((long) ATTRIBUTE * query.size());
        for (int i = 0; i < query.size(); i++) {
            Room room = query.get(i).room();
            kept.add(PeerModule.memory(room.capacity()));
            attribute(memory, i, query.get(i).type(), room.lengthOnly() ? null : kept.get(i), room.capacity());
        }
        return new NativeArgument(argument, List.of(memory, (long) query.size()), memory, null, kept);
    }

    private static void attribute(Memory memory, int index, long type, Pointer value, long length) {
        long offset = (long) index * ATTRIBUTE;
        memory.setLong(offset, type);
        memory.setPointer(offset + Native.POINTER_SIZE, value);
        memory.setLong(offset + 2L * WORD, length);
    }

    private static NativeArgument written(Argument argument, Memory memory) {
        return new NativeArgument(argument, List.of(memory), memory, null, List.of());
    }

    private static NativeArgument room(Argument argument, Room room, int size) {
        Memory value = room.lengthOnly() ? null : PeerModule.memory(room.capacity() * size);
        Memory length = PeerModule.memory(WORD);
        length.setLong(0, room.capacity());
        return new NativeArgument(argument, Arrays.asList(value, length), value, length, List.of());
    }

    private static NativeArgument found(Argument argument, Room room) {
        Memory value = PeerModule.memory(room.capacity() * WORD);
        Memory count = PeerModule.memory(WORD);
        return new NativeArgument(argument, List.of(value, room.capacity(), count), value, count, List.of());
    }

    private static NativeArgument fill(Argument argument, Room room) {
        Memory value = PeerModule.memory(room.capacity());
        return new NativeArgument(argument, List.of(value, room.capacity()), value, null, List.of());
    }

    /** With what was written. */
    Answer read(Answer answer) {
        String name = argument.name();
        if (argument.kind() == Kind.OUT_ULONG) {
            return answer.ulong(name, value.getLong(0));
        }
        if (argument.kind() == Kind.QUERY) {
            return answer.attributes(name, values());
        }
        if (length == null) {
            return answer;
        }
        long count = length.getLong(0);
        boolean given = answer.rv() == 0 && value != null;
        if (argument.kind() == Kind.OUT_BYTES) {
            return given ? answer.bytes(name, value.getByteArray(0, (int) count)) : answer.length(name, count);
        }
        return given ? answer.ulongs(name, value.getLongArray(0, (int) count)) : answer.length(name, count);
    }

    private List<AttributeValue> values() {
        List<AttributeValue> values = new ArrayList<>();
        for (int i = 0; i < kept.size(); i++) {
            long size = value.getLong((long) i * ATTRIBUTE + 2L * WORD);
            boolean given = size >= 0 && value.getPointer((long) i * ATTRIBUTE + WORD) != null;
            values.add(given ? AttributeValue.of(kept.get(i).getByteArray(0, (int) size))
                    : AttributeValue.lengthOf(size));
        }
        return values;
    }
}
