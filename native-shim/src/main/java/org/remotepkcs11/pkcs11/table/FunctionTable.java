package org.remotepkcs11.pkcs11.table;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code pkcs11.table} says. */
public final class FunctionTable {
    private static final FunctionTable STANDARD = TableParser.standard();

    private final List<Function> functions;
    private final Map<String, Function> byName;
    private final Map<String, Structure> structures;
    private final Map<String, Structure> parameters;
    private final List<Structure> messages;
    private final Map<Long, Structure> byMechanism;

    FunctionTable(TableParser parser) {
        functions = List.copyOf(parser.functions.values());
        byName = Map.copyOf(parser.functions);
        structures = Collections.unmodifiableMap(parser.structures);
        parameters = Collections.unmodifiableMap(parser.parameters);
        messages = List.copyOf(parser.messages.values());
        byMechanism = Collections.unmodifiableMap(parser.mechanisms);
    }

    /** The table of PKCS #11 2.40, 3.0 and 3.2. */
    public static FunctionTable standard() {
        return STANDARD;
    }

    /** All functions; each at the index that is its id. */
    public List<Function> functions() {
        return functions;
    }

    /** @return empty for a number that is no function's */
    public Optional<Function> byId(long id) {
        return id >= 0 && id < functions.size() ? Optional.of(functions.get((int) id)) : Optional.empty();
    }

    /** @throws IllegalArgumentException if there is no such function */
    public Function byName(String name) {
        Function function = byName.get(name);
        if (function == null) {
            throw new IllegalArgumentException("no function " + name + " in the table");
        }
        return function;
    }

    /** Structures written to the host, by name, in the table's order. */
    public Map<String, Structure> structures() {
        return structures;
    }

    /** Mechanism parameters that hold pointers, by name, in the table's order. */
    public Map<String, Structure> parameters() {
        return parameters;
    }

    /** Parameters of {@code C_EncryptMessage} and its like; each at the index by which frames name it. */
    public List<Structure> messages() {
        return messages;
    }

    /** Which parameter a mechanism takes, for those whose parameter holds pointers; by {@code CKM_*}. */
    public Map<Long, Structure> parametersByMechanism() {
        return byMechanism;
    }
}
