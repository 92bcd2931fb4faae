package org.remotepkcs11.inprocess;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.temporal.ChronoUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/** Writes into the module's log, a line for each record, never to the host's own output. */
final class ModuleLog extends Handler {
    private final Path file;

    /** @param file one that {@code librpkcs11.so} has made, with its rights */
    ModuleLog(Path file) {
        this.file = file;
        setFormatter(new SimpleFormatter());
    }

    @Override
    public void publish(LogRecord record) {
        if (!isLoggable(record)) {
            return;
        }
        String thrown = record.getThrown() == null ? "" : ": " + record.getThrown();
        String line = "%s [%d] %s%s%n".formatted(record.getInstant().truncatedTo(ChronoUnit.SECONDS),
                ProcessHandle.current().pid(), getFormatter().formatMessage(record), thrown);
        try {
            Files.write(file, line.getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
        } catch (IOException e) {
            return; // a full disk, or no place for a log: there is nobody left to tell
        }
    }

    @Override
    public void flush() {
        // Each record is written at once.
    }

    @Override
    public void close() {
        // No file is kept open.
    }
}
