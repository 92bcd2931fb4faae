package org.remotepkcs11.pkcs11.table;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a call returns: a {@code CK_RV} and the outputs, by the names of the table. Outputs left out are not written.
 */
public final class Answer {
    private static final long CKR_OK = 0;
    private static final long CKR_BUFFER_TOO_SMALL = 0x150;

    /**
     * An output by the convention of PKCS #11 v3.1 section 5.2.
     *
     * @param length in bytes or items
     * @param value  {@code byte[]} or {@code long[]}; absent where only the length is told
     */
    public record Sized(long length, Optional<Object> value) {
    }

    private final long rv;
    private final Map<String, Object> outputs;

    private Answer(long rv, Map<String, Object> outputs) {
        this.rv = rv;
        this.outputs = outputs;
    }

    /** Without outputs. */
    public static Answer of(long rv) {
        return new Answer(rv, Map.of());
    }

    public static Answer ok() {
        return of(CKR_OK);
    }

    /**
     * The value if the room takes it; else {@code CKR_BUFFER_TOO_SMALL}, or {@code CKR_OK} if the host only asked for
     * the length, and the length. Whether the operation ends is the caller's to decide by {@link Room#fits}.
     */
    public static Answer filling(String name, Room room, byte[] value) {
        return sized(name, room, value.length, value);
    }

    /** The same for a list of numbers. */
    public static Answer filling(String name, Room room, long[] values) {
        return sized(name, room, values.length, values);
    }

    private static Answer sized(String name, Room room, long length, Object value) {
        if (room.fits(length)) {
            return ok().with(name, new Sized(length, Optional.of(value)));
        }
        return of(room.lengthOnly() ? CKR_OK : CKR_BUFFER_TOO_SMALL).length(name, length);
    }

    /** For {@code >ulong}. */
    public Answer ulong(String name, long value) {
        return with(name, value);
    }

    /** For {@code >bytes} where only the length is told. */
    public Answer length(String name, long length) {
        return with(name, new Sized(length, Optional.empty()));
    }

    /** For {@code >bytes} and {@code >fill}; never longer than the room. */
    public Answer bytes(String name, byte[] value) {
        return with(name, new Sized(value.length, Optional.of(value)));
    }

    /** For {@code >ulongs} and {@code >found}; never more than the room. */
    public Answer ulongs(String name, long[] values) {
        return with(name, new Sized(values.length, Optional.of(values)));
    }

    /** For {@code query}: one for each attribute asked, in the same order. */
    public Answer attributes(String name, List<AttributeValue> values) {
        return with(name, List.copyOf(values));
    }

    /**
     * For {@code message}: what is written back.
     *
     * @param pieces one for each of {@link Structure#pointers}, in that order, each as long as it was
     */
    public Answer message(String name, byte[]... pieces) {
        return with(name, new Fields(List.of((Object[]) pieces)));
    }

    /**
     * For {@code >NAME}, a structure.
     *
     * @param fields in the order of the structure: {@link Long} for ulong, {@link String} for text (cut and padded
     *               as needed), {@link Version} for version
     */
    public Answer structure(String name, Object... fields) {
        return with(name, new Fields(List.of(fields)));
    }

    /** A {@code CK_VERSION}. */
    public record Version(int major, int minor) {
    }

    /** The fields of a structure, or what a message's pointers point to, in its order. */
    public record Fields(List<Object> values) {
        public Fields {
            values = List.copyOf(values);
        }
    }

    private Answer with(String name, Object value) {
        Map<String, Object> more = new HashMap<>(outputs);
        more.put(name, value);
        return new Answer(rv, Map.copyOf(more));
    }

    public long rv() {
        return rv;
    }

    /** {@link Long}, {@link Sized}, {@link List} of {@link AttributeValue}, or {@link Fields}; empty if left out. */
    public Optional<Object> output(String name) {
        return Optional.ofNullable(outputs.get(name));
    }

    @Override
    public String toString() {
        return "0x" + Long.toHexString(rv);
    }
}
