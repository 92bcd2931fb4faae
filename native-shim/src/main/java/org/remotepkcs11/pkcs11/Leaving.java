package org.remotepkcs11.pkcs11;

import java.util.concurrent.atomic.AtomicBoolean;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Arguments;
import org.remotepkcs11.pkcs11.table.Dispatcher;
import org.remotepkcs11.pkcs11.table.Function;

/** An application that tells when it ends. */
final class Leaving implements Dispatcher {
    private final Dispatcher application;
    private final Runnable left;
    private final AtomicBoolean closed = new AtomicBoolean();

    Leaving(Dispatcher application, Runnable left) {
        this.application = application;
        this.left = left;
    }

    @Override
    public Answer call(Function function, Arguments in) {
        return application.call(function, in);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            application.close();
            left.run();
        }
    }
}
