package org.remotepkcs11.agent.frame;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.remotepkcs11.pkcs11.table.Argument;
import org.remotepkcs11.pkcs11.table.Arguments;
import org.remotepkcs11.pkcs11.table.Attribute;
import org.remotepkcs11.pkcs11.table.AttributeQuery;
import org.remotepkcs11.pkcs11.table.Function;
import org.remotepkcs11.pkcs11.table.FunctionTable;
import org.remotepkcs11.pkcs11.table.Kind;
import org.remotepkcs11.pkcs11.table.Mechanism;
import org.remotepkcs11.pkcs11.table.Message;
import org.remotepkcs11.pkcs11.table.Room;
import org.remotepkcs11.pkcs11.table.Structure;

/**
 * A request frame: which function, with which arguments.
 *
 * @param function one that is dispatched
 */
public record CallRequest(Function function, Arguments arguments) {
    private static final int MAX_ATTRIBUTES = 1024;
    private static final int MAX_DEPTH = 2;
    private static final int LABEL_BYTES = 32;
    /** A room is a flag and a number. */
    private static final int ROOM_BYTES = 9;

    /** @throws MalformedFrameException if the frame is not what {@code pkcs11.table} says */
    public static CallRequest decode(ByteBuffer frame) throws MalformedFrameException {
        FrameReader in = new FrameReader(frame);
        int id = in.u16();
        Function function = FunctionTable.standard().byId(id).filter(Function::isDispatched)
                .orElseThrow(() -> new MalformedFrameException("no function " + id));
        Map<String, Object> values = new HashMap<>();
        for (Argument argument : function.arguments()) {
            if (argument.kind().isRead()) {
                values.put(argument.name(), value(in, argument.kind()));
            }
        }
        in.end();
        return new CallRequest(function, new Arguments(function, values));
    }

    private static Object value(FrameReader in, Kind kind) throws MalformedFrameException {
        return switch (kind) {
            case ULONG -> in.u64();
            case BOOL -> in.flag();
            case BYTES -> in.block();
            case PIN, OPTIONAL -> in.flag() ? Optional.of(in.block()) : Optional.empty();
            case LABEL -> in.bytes(LABEL_BYTES);
            case MECHANISM -> in.flag() ? Optional.of(mechanism(in)) : Optional.empty();
            case TEMPLATE -> template(in, 0);
            case QUERY -> query(in);
            case MESSAGE -> in.flag() ? Optional.of(message(in)) : Optional.empty();
            case OUT_OPTIONAL -> in.flag() ? Optional.of(room(in)) : Optional.empty();
            case OUT_BYTES, OUT_ULONGS, OUT_FOUND, OUT_FILL -> room(in);
            case NULL, IGNORED, HOST, OUT_ULONG, OUT_STRUCTURE -> throw new IllegalArgumentException(kind + " is not read");
        };
    }

    private static Room room(FrameReader in) throws MalformedFrameException {
        boolean given = in.flag();
        long capacity = in.u64();
        // A host's length is unsigned; more than Java can count is still no less than all we will ever write.
        return given ? Room.of(capacity < 0 ? Long.MAX_VALUE : capacity) : Room.LENGTH_ONLY;
    }

    private static List<AttributeQuery> query(FrameReader in) throws MalformedFrameException {
        int count = in.count(Long.BYTES + ROOM_BYTES, MAX_ATTRIBUTES);
        List<AttributeQuery> queries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            queries.add(new AttributeQuery(in.u64(), room(in)));
        }
        return queries;
    }

    private static List<Attribute> template(FrameReader in, int depth) throws MalformedFrameException {
        int count = in.count(Long.BYTES + Integer.BYTES, MAX_ATTRIBUTES);
        if (depth > MAX_DEPTH) {
            throw new MalformedFrameException("templates within templates within templates");
        }
        List<Attribute> attributes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long type = in.u64();
            attributes.add(Attribute.isNested(type) ? new Attribute(type, new byte[0], template(in, depth + 1))
                    : new Attribute(type, in.block()));
        }
        return attributes;
    }

    private static Mechanism mechanism(FrameReader in) throws MalformedFrameException {
        long type = in.u64();
        if (!in.flag()) {
            return Mechanism.flat(type, in.block());
        }
        Structure structure = FunctionTable.standard().parametersByMechanism().get(type);
        if (structure == null) {
            throw new MalformedFrameException("mechanism 0x" + Long.toHexString(type) + " has no structure");
        }
        return Mechanism.structured(type, structure, fields(in, structure));
    }

    private static Message message(FrameReader in) throws MalformedFrameException {
        int index = in.u8();
        List<Structure> known = FunctionTable.standard().messages();
        if (index >= known.size()) {
            throw new MalformedFrameException("no message parameter " + index);
        }
        return new Message(known.get(index), fields(in, known.get(index)));
    }

    private static List<Object> fields(FrameReader in, Structure structure) throws MalformedFrameException {
        List<Object> fields = new ArrayList<>();
        for (Structure.Field field : structure.fields()) {
            fields.add(switch (field.kind()) {
                case ULONG -> in.u64();
                case BOOL -> in.flag();
                case BUFFER, COUNTED, BITS, NONCE, BLOCK -> in.block();
                case FIXED, TEXT, VERSION -> in.bytes(field.size());
            });
        }
        return fields;
    }
}
