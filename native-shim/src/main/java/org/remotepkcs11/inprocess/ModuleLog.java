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
    private final String process;

    /** @param file one that {@code librpkcs11.so} has made, with its rights */
    ModuleLog(Path file) {
        this.file = file;
        process = process();
        setFormatter(new SimpleFormatter());
    }

    /** Not by {@link ProcessHandle}, which resets the host's handler of SIGCHLD. */
    private static String process() {
        try {
            return Path.of("/proc/self").toRealPath().getFileName().toString();
        } catch (IOException e) {
            return "?";
        }
    }

    @Override
    public void publish(LogRecord record) {
        if (!isLoggable(record)) {
            return;
        }
        String thrown = record.getThrown() == null ? "" : ": " + record.getThrown();
        String line = "%s [%s] %s%s%n".formatted(record.getInstant().truncatedTo(ChronoUnit.SECONDS),
                process, getFormatter().formatMessage(record), thrown);
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
