package org.remotepkcs11.pkcs11.call;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.remotepkcs11.pkcs11.table.Argument;
import org.remotepkcs11.pkcs11.table.Arguments;
import org.remotepkcs11.pkcs11.table.Function;
import org.remotepkcs11.pkcs11.table.Room;

/** Arguments for any function: nothing, but for what a test says. */
final class Defaults {
    private final Map<String, Object> said = new HashMap<>();

    Defaults with(String name, Object value) {
        said.put(name, value);
        return this;
    }

    Arguments of(Function function) {
        Map<String, Object> values = new HashMap<>();
        for (Argument argument : function.arguments()) {
            value(argument).ifPresent(value -> values.put(argument.name(), value));
            if (said.containsKey(argument.name())) {
                values.put(argument.name(), said.get(argument.name()));
            }
        }
        return new Arguments(function, values);
    }

    private static Optional<Object> value(Argument argument) {
        return switch (argument.kind()) {
            case ULONG -> Optional.of(0L);
            case BOOL -> Optional.of(false);
            case BYTES, LABEL -> Optional.of(new byte[0]);
            case PIN, OPTIONAL, MECHANISM, MESSAGE, OUT_OPTIONAL -> Optional.of(Optional.empty());
            case TEMPLATE, QUERY -> Optional.of(List.of());
            case OUT_BYTES, OUT_ULONGS, OUT_FOUND, OUT_FILL -> Optional.of(Room.of(0));
            default -> Optional.empty();
        };
    }
}
