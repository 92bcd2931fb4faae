package org.remotepkcs11.inprocess;

import com.sun.jna.Pointer;
import java.util.List;
import java.util.Optional;
import org.remotepkcs11.agent.frame.PaddedText;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Argument;
import org.remotepkcs11.pkcs11.table.Arguments;
import org.remotepkcs11.pkcs11.table.AttributeQuery;
import org.remotepkcs11.pkcs11.table.AttributeValue;
import org.remotepkcs11.pkcs11.table.Function;
import org.remotepkcs11.pkcs11.table.Kind;
import org.remotepkcs11.pkcs11.table.Room;
import org.remotepkcs11.pkcs11.table.Structure;

/** Writes an answer into the host's memory: never more than the room that was read from it. */
record HostOutputs(Function function, long[] words, Arguments in) {
    /** @throws IllegalArgumentException if the answer does not fit the function's signature or the host's room */
    void write(Answer answer) {
        int next = 0;
        for (Argument argument : function.arguments()) {
            if (argument.kind().isWritten()) {
                Optional<Object> output = answer.output(argument.name());
                if (output.isPresent()) {
                    write(argument, next, output.get());
                }
            }
            next += argument.kind().parameters();
        }
    }

    private void write(Argument argument, int at, Object value) {
        Pointer first = new Pointer(words[at]);
        switch (argument.kind()) {
            case OUT_ULONG -> first.setLong(0, (Long) value);
            case OUT_BYTES, OUT_ULONGS, OUT_FOUND, OUT_FILL ->
                    sized(argument.kind(), at, (Answer.Sized) value, in.room(argument.name()));
            case OUT_OPTIONAL ->
                    sized(argument.kind(), at, (Answer.Sized) value, in.optionalRoom(argument.name()).orElseThrow());
            case QUERY -> attributes(words[at], in.query(argument.name()), (List<?>) value);
            case MESSAGE -> message(first, in.message(argument.name()).orElseThrow().structure(),
                    ((Answer.Fields) value).values());
            case OUT_STRUCTURE ->
                    structure(first, argument.structure().orElseThrow(), ((Answer.Fields) value).values());
            default -> throw new IllegalArgumentException(argument.name() + " is not written");
        }
    }

    private void sized(Kind kind, int at, Answer.Sized sized, Room room) {
        sized.value().ifPresent(items -> {
            fit(room.fits(sized.length()) && (kind != Kind.OUT_FILL || sized.length() == room.capacity()));
            copy(new Pointer(words[at]), items, sized.length());
        });
        if (kind != Kind.OUT_FILL) {
            new Pointer(words[kind == Kind.OUT_FOUND ? at + 2 : at + 1]).setLong(0, sized.length());
        }
    }

    private static void copy(Pointer place, Object items, long count) {
        if (count == 0) {
            return;
        }
        if (items instanceof byte[] bytes) {
            place.write(0, bytes, 0, bytes.length);
        } else {
            place.write(0, (long[]) items, 0, (int) count);
        }
    }

    private static void attributes(long array, List<AttributeQuery> queries, List<?> values) {
        fit(queries.size() == values.size());
        for (int index = 0; index < values.size(); index++) {
            AttributeValue value = (AttributeValue) values.get(index);
            Room room = queries.get(index).room();
            Pointer attribute = HostTemplates.attribute(array, index);
            value.value().ifPresent(bytes -> {
                fit(room.fits(bytes.length));
                copy(attribute.getPointer(Layout.WORD), bytes, bytes.length);
            });
            attribute.setLong(2L * Layout.WORD, value.length());
        }
    }

    private static void message(Pointer memory, Structure structure, List<Object> pieces) {
        int[] offsets = Layout.offsets(structure);
        int next = 0;
        for (int index = 0; index < offsets.length; index++) {
            Structure.Field field = structure.fields().get(index);
            if (Layout.isPointer(field)) {
                Layout.Piece piece = Layout.pointed(field, memory.share(offsets[index]));
                byte[] bytes = (byte[]) pieces.get(next++);
                fit(piece.length() == bytes.length);
                copy(piece.place(), bytes, bytes.length);
            }
        }
    }

    private static void structure(Pointer memory, Structure structure, List<Object> values) {
        int[] offsets = Layout.offsets(structure);
        fit(values.size() == offsets.length);
        for (int index = 0; index < offsets.length; index++) {
            Structure.Field field = structure.fields().get(index);
            Pointer place = memory.share(offsets[index]);
            switch (field.kind()) {
                case ULONG -> place.setLong(0, (Long) values.get(index));
                case VERSION -> version(place, (Answer.Version) values.get(index));
                case TEXT -> copy(place, PaddedText.of((String) values.get(index), field.size()), field.size());
                default -> throw new IllegalArgumentException(structure.name() + "." + field.name());
            }
        }
    }

    private static void version(Pointer place, Answer.Version version) {
        place.setByte(0, (byte) version.major());
        place.setByte(1, (byte) version.minor());
    }

    private static void fit(boolean fits) {
        if (!fits) {
            throw new IllegalArgumentException("an answer that does not fit what the host gave");
        }
    }
}
