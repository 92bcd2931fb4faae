package org.remotepkcs11.pkcs11.table;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The arguments of one call, by the names of the table. Everything was copied out of the host's memory. Asking for a
 * name or a type that the function does not have is a programming error: {@link IllegalArgumentException}.
 */
public final class Arguments {
    private final Function function;
    private final Map<String, Object> values;

    /**
     * @param values by argument name: {@link Long}, {@link Boolean}, {@code byte[]}, {@link Optional} of byte[] (pin,
     *               optional), of {@link Mechanism}, of {@link Message}, of {@link Room} (optional), {@link List} of {@link Attribute} or {@link AttributeQuery},
     *               {@link Room}
     */
    public Arguments(Function function, Map<String, Object> values) {
        this.function = function;
        this.values = values;
    }

    public long ulong(String name) {
        return value(name, Long.class);
    }

    public boolean bool(String name) {
        return value(name, Boolean.class);
    }

    /** Empty where the host passed NULL. Not copied. */
    public byte[] bytes(String name) {
        return value(name, byte[].class);
    }

    /** UTF-8; empty where the host passed NULL: the PIN is to be asked for elsewhere. Wiped when the call returns. */
    public Optional<byte[]> pin(String name) {
        return optional(name, byte[].class);
    }

    /** Empty where the host passed NULL. */
    public Optional<Mechanism> mechanism(String name) {
        return optional(name, Mechanism.class);
    }

    /** Of kind {@code optional}; empty where the host passed NULL. Not copied. */
    public Optional<byte[]> optional(String name) {
        return optional(name, byte[].class);
    }

    /** Empty where the host passed NULL. */
    public Optional<Message> message(String name) {
        return optional(name, Message.class);
    }

    /** What the host offers for an output of kind {@code >optional}; empty where it wants none. */
    public Optional<Room> optionalRoom(String name) {
        return optional(name, Room.class);
    }

    public List<Attribute> template(String name) {
        return list(name, Attribute.class);
    }

    public List<AttributeQuery> query(String name) {
        return list(name, AttributeQuery.class);
    }

    /** What the host offers for an output of kind {@code >bytes}, {@code >ulongs}, {@code >found} or {@code >fill}. */
    public Room room(String name) {
        return value(name, Room.class);
    }

    /** Overwrites the PINs in it. */
    public void wipe() {
        for (Argument argument : function.arguments()) {
            if (argument.kind() == Kind.PIN) {
                pin(argument.name()).ifPresent(pin -> Arrays.fill(pin, (byte) 0));
            }
        }
    }

    private <T> Optional<T> optional(String name, Class<T> type) {
        return ((Optional<?>) value(name, Optional.class)).map(type::cast);
    }

    private <T> List<T> list(String name, Class<T> type) {
        List<?> list = value(name, List.class);
        list.forEach(type::cast);
        @SuppressWarnings("unchecked")
        List<T> checked = (List<T>) list;
        return checked;
    }

    private <T> T value(String name, Class<T> type) {
        Object value = values.get(name);
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(function + " has no argument " + name + " of that type");
        }
        return type.cast(value);
    }

    /** The function's name; never the values. */
    @Override
    public String toString() {
        return "arguments of " + function;
    }
}
