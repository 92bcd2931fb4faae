package org.remotepkcs11.provider;

import org.remotepkcs11.wire.Operation;

/** A PKCS #11 mechanism with its parameters. */
record Mechanism(long number, Operation.Parameters parameters) {
    Mechanism(long number) {
        this(number, Operation.NO_PARAMETERS);
    }
}
