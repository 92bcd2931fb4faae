package org.remotepkcs11.agent.frame;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Argument;
import org.remotepkcs11.pkcs11.table.AttributeValue;
import org.remotepkcs11.pkcs11.table.Function;
import org.remotepkcs11.pkcs11.table.Structure;

/** Writes what the agent says on one connection. Not for use by several threads. */
public final class AnswerFrames {
    private static final int ANSWER = 0;
    private static final byte[] SIGN_OF_LIFE = {1, 0, 0, 0, 1};

    private final FrameWriter out = new FrameWriter();

    /** Tells the host to be patient. */
    public static ByteBuffer signOfLife() {
        return ByteBuffer.wrap(SIGN_OF_LIFE).asReadOnlyBuffer();
    }

    /** The answer to a greeting. */
    public ByteBuffer greeted(Greeting.Reply reply, String reason) {
        return out.begin().u8(ANSWER).u8(reply.ordinal()).block(reason.getBytes(StandardCharsets.UTF_8)).finish();
    }

    /**
     * The answer to a call; valid until the next one.
     *
     * @throws IllegalArgumentException if the answer does not fit the function's signature
     */
    public ByteBuffer answer(Function function, Answer answer) {
        out.begin().u8(ANSWER).u64(answer.rv());
        for (Argument argument : function.arguments()) {
            if (argument.kind().isWritten()) {
                Optional<Object> output = answer.output(argument.name());
                out.flag(output.isPresent());
                output.ifPresent(value -> write(argument, value));
            }
        }
        return out.finish();
    }

    private void write(Argument argument, Object value) {
        switch (argument.kind()) {
            case OUT_ULONG -> out.u64((Long) value);
            case OUT_BYTES, OUT_OPTIONAL, OUT_ULONGS, OUT_FOUND, OUT_FILL -> sized((Answer.Sized) value);
            case QUERY -> attributes((List<?>) value);
            case MESSAGE -> ((Answer.Fields) value).values().forEach(piece -> out.block((byte[]) piece));
            case OUT_STRUCTURE -> structure(argument.structure().orElseThrow(), ((Answer.Fields) value).values());
            default -> throw new IllegalArgumentException(argument.name() + " is not written");
        }
    }

    private void sized(Answer.Sized sized) {
        out.u64(sized.length()).flag(sized.value().isPresent());
        sized.value().ifPresent(items -> {
            if (items instanceof byte[] bytes) {
                out.bytes(bytes);
            } else {
                Arrays.stream((long[]) items).forEach(out::u64);
            }
        });
    }

    private void attributes(List<?> values) {
        out.u32(values.size());
        for (Object value : values) {
            AttributeValue attribute = (AttributeValue) value;
            out.u64(attribute.length()).flag(attribute.value().isPresent());
            attribute.value().ifPresent(out::bytes);
        }
    }

    private void structure(Structure structure, List<Object> values) {
        if (values.size() != structure.fields().size()) {
            throw new IllegalArgumentException(structure.name() + " has " + structure.fields().size() + " fields");
        }
        for (int index = 0; index < values.size(); index++) {
            Structure.Field field = structure.fields().get(index);
            switch (field.kind()) {
                case ULONG -> out.u64((Long) values.get(index));
                case VERSION -> version((Answer.Version) values.get(index));
                case TEXT -> out.bytes(PaddedText.of((String) values.get(index), field.size()));
                default -> throw new IllegalArgumentException(structure.name() + "." + field.name());
            }
        }
    }

    private void version(Answer.Version version) {
        out.u8(version.major()).u8(version.minor());
    }
}
