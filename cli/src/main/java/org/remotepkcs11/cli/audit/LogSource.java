package org.remotepkcs11.cli.audit;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.proxy.audit.AuditExport;
import org.remotepkcs11.proxy.audit.LogCopy;
import org.remotepkcs11.proxy.audit.StoredLog;

/** Where a log is read from. */
public final class LogSource {
    private static final String STORE = "store.db";

    private LogSource() {
    }

    /** @param place an export, or a proxy's directory */
    public static LogCopy open(Path place) throws IOException, CommandFailure {
        if (!Files.isDirectory(place)) {
            return AuditExport.open(place);
        }
        Path store = place.resolve(STORE);
        if (!Files.exists(store)) {
            throw new CommandFailure("there is no proxy in " + place, "give a proxy's directory or an exported log");
        }
        return StoredLog.open(store);
    }

    /** Refuses to overwrite. */
    static Path fresh(Path file) throws FileAlreadyExistsException {
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        return file;
    }
}
