package org.remotepkcs11.proxy.access;

import org.remotepkcs11.wire.RefusedException;

/** A result or a refusal, carried out of where checked exceptions cannot pass. */
record Attempt<T>(T result, RefusedException refused) {
    /** Something that may be refused. */
    @FunctionalInterface
    interface Try<T> {
        T run() throws RefusedException;
    }

    static <T> Attempt<T> to(Try<T> action) {
        try {
            return new Attempt<>(action.run(), null);
        } catch (RefusedException e) {
            return new Attempt<>(null, e);
        }
    }

    T get() throws RefusedException {
        if (refused != null) {
            throw refused;
        }
        return result;
    }
}
