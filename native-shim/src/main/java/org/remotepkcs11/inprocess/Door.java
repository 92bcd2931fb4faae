package org.remotepkcs11.inprocess;

import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.remotepkcs11.pkcs11.ApplicationFactory;
import org.remotepkcs11.pkcs11.RemoteApplications;
import org.remotepkcs11.wire.http.HttpTransport;

/** Where {@code librpkcs11.so} enters this program when it does so in its own process. */
public final class Door {
    private static final String LIBRARIES = "jna.boot.library.path";
    private static final String NAME = "org.remotepkcs11";
    /** Held, for the log manager forgets loggers that nobody holds. */
    private static final Logger LOGGER = Logger.getLogger(NAME);

    private static ExportedTable table;

    private Door() {
    }

    /**
     * Called once in a JVM, or again with the same result.
     *
     * @param libraries folder with JNA's {@code libjnidispatch.so}
     * @param log       the module's log
     * @return address of a {@code CK_FUNCTION_LIST_3_2} whose functions return the complement of a {@code CK_RV}
     */
    public static long open(String libraries, String log) {
        return open(new RemoteApplications(), libraries, log);
    }

    static synchronized long open(ApplicationFactory factory, String libraries, String log) {
        if (table == null) {
            LOGGER.setUseParentHandlers(false);
            LOGGER.addHandler(new ModuleLog(Path.of(log)));
            LOGGER.setLevel(Level.INFO);
            String before = System.getProperty(LIBRARIES);
            System.setProperty(LIBRARIES, libraries);
            // Java resets SIGCHLD when it first reads the environment: now, while the host's handler is put back after.
            System.getenv();
            try {
                HttpTransport.prepare();
                table = new ExportedTable(factory, Surroundings.here());
            } finally {
                restore(before);
            }
        }
        return table.address();
    }

    /** The host may use JNA too. */
    private static void restore(String before) {
        if (before == null) {
            System.clearProperty(LIBRARIES);
        } else {
            System.setProperty(LIBRARIES, before);
        }
    }
}
