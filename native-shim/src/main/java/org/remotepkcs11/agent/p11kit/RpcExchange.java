package org.remotepkcs11.agent.p11kit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.remotepkcs11.agent.frame.MalformedFrameException;
import org.remotepkcs11.agent.frame.PaddedText;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Argument;
import org.remotepkcs11.pkcs11.table.Arguments;
import org.remotepkcs11.pkcs11.table.Function;
import org.remotepkcs11.pkcs11.table.Room;
import org.remotepkcs11.pkcs11.table.Structure;

/** One call: its arguments as they were read, its answer as it is written. */
final class RpcExchange {
    private static final long CKR_OK = 0;
    private static final long CKR_ATTRIBUTE_SENSITIVE = 0x11;
    private static final long CKR_ATTRIBUTE_TYPE_INVALID = 0x12;
    private static final long CKR_BUFFER_TOO_SMALL = 0x150;

    private final RpcCall call;
    private final Map<String, Object> values = new HashMap<>();

    private RpcExchange(RpcCall call) {
        this.call = call;
    }

    /** @throws MalformedFrameException if the message is not what its number and signature say */
    static RpcExchange read(ByteBuffer message) throws MalformedFrameException {
        RpcReader in = new RpcReader(message);
        long number = Integer.toUnsignedLong(in.u32());
        RpcCall call = RpcCall.of(number).orElseThrow(() -> new MalformedFrameException("no call " + number));
        String signature = new String(in.array(), StandardCharsets.US_ASCII);
        if (!signature.equals(call.request())) {
            throw new MalformedFrameException("call " + number + " with another signature than " + call.request());
        }
        RpcExchange exchange = new RpcExchange(call);
        if (call.function().isPresent()) {
            for (Argument argument : call.function().get().arguments()) {
                exchange.read(in, argument);
            }
            in.end();
        }
        return exchange;
    }

    private void read(RpcReader in, Argument argument) throws MalformedFrameException {
        Object value = switch (argument.kind()) {
            case ULONG -> in.u64();
            case BOOL -> in.u8() != 0;
            case BYTES -> in.optionalArray().orElse(new byte[0]);
            case PIN, OPTIONAL -> in.optionalArray();
            case LABEL -> PaddedText.of(new String(in.array(), StandardCharsets.UTF_8), 32);
            case MECHANISM -> in.mechanism(call.mayCancel());
            case TEMPLATE -> in.template();
            case QUERY -> in.query();
            case OUT_BYTES, OUT_ULONGS, OUT_FOUND, OUT_FILL -> in.room();
            case OUT_OPTIONAL -> Optional.of(in.room());
            case MESSAGE, NULL, IGNORED, HOST, OUT_ULONG, OUT_STRUCTURE -> null;
        };
        if (value != null) {
            values.put(argument.name(), countOf(argument, value));
        }
    }

    /** What is counted, unlike what has a length, is never only asked for its number. */
    private static Object countOf(Argument argument, Object value) {
        return switch (argument.kind()) {
            case OUT_FOUND, OUT_FILL -> Room.of(((Room) value).capacity());
            default -> value;
        };
    }

    RpcCall call() {
        return call;
    }

    /** Of a call that has a function. */
    Arguments arguments() {
        return new Arguments(function(), values);
    }

    private Function function() {
        return call.function().orElseThrow();
    }

    /** An answer without anything but success. */
    byte[] done() {
        return header(call.number(), call.response()).finish();
    }

    static byte[] error(long rv) {
        return header(RpcCall.ERROR, "u").u64(rv).finish();
    }

    byte[] answer(Answer answer) {
        boolean attributes = call.response().equals("aAu");
        boolean told = answer.rv() == CKR_OK || answer.rv() == CKR_BUFFER_TOO_SMALL
                || attributes && (answer.rv() == CKR_ATTRIBUTE_SENSITIVE || answer.rv() == CKR_ATTRIBUTE_TYPE_INVALID);
        boolean complete = function().arguments().stream().filter(argument -> argument.kind().isWritten())
                .allMatch(argument -> answer.output(argument.name()).isPresent());
        if (!told || !complete) {
            return error(answer.rv());
        }
        RpcWriter out = header(call.number(), call.response());
        for (Argument argument : function().arguments()) {
            answer.output(argument.name()).ifPresent(value -> write(out, argument, value));
        }
        return attributes ? out.u64(answer.rv()).finish() : out.finish();
    }

    private void write(RpcWriter out, Argument argument, Object value) {
        switch (argument.kind()) {
            case OUT_ULONG -> out.u64((Long) value);
            case OUT_BYTES, OUT_OPTIONAL, OUT_FILL -> out.sizedBytes((Answer.Sized) value);
            case OUT_ULONGS, OUT_FOUND -> out.sizedUlongs((Answer.Sized) value);
            case QUERY -> out.attributes(arguments().query(argument.name()), (List<?>) value);
            case OUT_STRUCTURE -> structure(out, argument.structure().orElseThrow(), (Answer.Fields) value);
            default -> throw new IllegalArgumentException(argument.name() + " is not written");
        }
    }

    private static void structure(RpcWriter out, Structure structure, Answer.Fields values) {
        for (int i = 0; i < structure.fields().size(); i++) {
            Structure.Field field = structure.fields().get(i);
            Object value = values.values().get(i);
            switch (field.kind()) {
                case ULONG -> out.u64((Long) value);
                case VERSION -> out.u8(((Answer.Version) value).major()).u8(((Answer.Version) value).minor());
                default -> out.array(PaddedText.of((String) value, field.size()));
            }
        }
    }

    private static RpcWriter header(int number, String signature) {
        return new RpcWriter().u32(number).array(signature.getBytes(StandardCharsets.US_ASCII));
    }
}
