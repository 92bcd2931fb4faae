package org.remotepkcs11.cli.terminal;

import java.util.concurrent.CountDownLatch;

/** A server that runs until its terminal or its supervisor ends it, by SIGINT or SIGTERM, and then ends with 0. */
public final class Foreground {
    private Foreground() {
    }

    /** Never returns: the program ends when {@code close} has returned. */
    public static void serve(Runnable close) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            close.run();
            // A JVM that a signal ended says 128 + signal; supervisors would call that a failure.
            Runtime.getRuntime().halt(0);
        }, "shutdown"));
        new CountDownLatch(1).await();
    }
}
