package org.remotepkcs11.pkcs11.table;

import java.util.List;

/**
 * The signature of one {@code C_*} function.
 *
 * @param id        position in {@code CK_FUNCTION_LIST}; the number on the socket
 * @param name      as C writes it: {@code C_Sign}
 * @param since     the first function list that has it: 2.40, 3.0 or 3.2
 * @param where     who answers it
 * @param arguments in C's order
 */
public record Function(int id, String name, String since, Where where, List<Argument> arguments) {
    /** Who answers a function. */
    public enum Where {
        /** {@code librpkcs11.so} alone */ MODULE,
        /** the dispatcher */ AGENT,
        /** the dispatcher; small parts are joined on the way */ GATHER,
        /** nobody: {@code CKR_FUNCTION_NOT_SUPPORTED} */ REFUSED
    }

    public Function {
        arguments = List.copyOf(arguments);
    }

    /** Whether a dispatcher is asked. */
    public boolean isDispatched() {
        return where == Where.AGENT || where == Where.GATHER;
    }

    @Override
    public String toString() {
        return name;
    }
}
