package org.remotepkcs11.proxy.cards.pkcs11;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.remotepkcs11.wire.Id;

/** The attributes of one object that its token would tell. */
record CkAttributes(long handle, Map<Long, byte[]> values) {
    private static final int MAX_ID_BYTES = 64;

    Optional<byte[]> bytes(long type) {
        return Optional.ofNullable(values.get(type)).filter(value -> value.length > 0);
    }

    boolean isTrue(long type) {
        byte[] value = values.get(type);
        return value != null && value.length == 1 && value[0] != 0;
    }

    OptionalLong ulong(long type) {
        byte[] value = values.get(type);
        return value != null && value.length == CkBuffer.ULONG ? OptionalLong.of(ulong(ByteBuffer.wrap(value)))
                : OptionalLong.empty();
    }

    private static long ulong(ByteBuffer buffer) {
        buffer.order(ByteOrder.nativeOrder());
        return CkBuffer.ULONG == Long.BYTES ? buffer.getLong() : buffer.getInt() & 0xFFFFFFFFL;
    }

    /** Unsigned, most significant byte first. */
    Optional<BigInteger> number(long type) {
        return bytes(type).map(magnitude -> new BigInteger(1, magnitude));
    }

    Set<Long> ulongs(long type) {
        Set<Long> numbers = new TreeSet<>();
        ByteBuffer buffer = ByteBuffer.wrap(values.getOrDefault(type, new byte[0]));
        while (buffer.remaining() >= CkBuffer.ULONG) {
            numbers.add(ulong(buffer));
        }
        return numbers;
    }

    String label() {
        return new String(values.getOrDefault(Ck.A_LABEL, new byte[0]), StandardCharsets.UTF_8);
    }

    /** {@link Id#NONE} where there is none, or one that is longer than any this project can carry. */
    Id id() {
        byte[] id = values.getOrDefault(Ck.A_ID, new byte[0]);
        return id.length > MAX_ID_BYTES ? Id.NONE : Id.of(id);
    }
}
