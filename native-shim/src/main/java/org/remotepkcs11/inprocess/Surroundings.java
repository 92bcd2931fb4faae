package org.remotepkcs11.inprocess;

import java.util.function.LongSupplier;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.table.Dispatcher;
import org.remotepkcs11.pkcs11.table.Function;

/**
 * The JVM that we run in. While a call is worked on, and in every thread begun meanwhile, classes and services are
 * looked for among our own files and never in the host's class path.
 *
 * @param own    loader of our files
 * @param joined the JVM is the host's, not one that we made
 */
record Surroundings(ClassLoader own, boolean joined) {
    static Surroundings here() {
        ClassLoader own = Surroundings.class.getClassLoader();
        return new Surroundings(own, own != ClassLoader.getSystemClassLoader());
    }

    /** @throws CkException for a call that this very program makes, {@link #mayBegin} */
    long within(Function function, LongSupplier call) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        if (joined && before == own && !mayBegin(function)) {
            throw new CkException(CKR.FUNCTION_FAILED, function + " asked by ourselves");
        }
        thread.setContextClassLoader(own);
        try {
            return call.getAsLong();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /**
     * Where SunPKCS11 over our module is the JVM's first security provider, Java's TLS asks it for the cryptography of
     * our own connection to the proxy. What would begin an operation fails, and Java goes on to its next provider;
     * questions and what ends something are harmless.
     */
    private static boolean mayBegin(Function function) {
        String name = function.name();
        return name.startsWith("C_Get") || name.startsWith("C_Close") || name.equals("C_DestroyObject");
    }

    /** What a host is shown of an application. */
    Dispatcher view(Dispatcher application) {
        return joined ? new CardOperations(application) : application;
    }
}
