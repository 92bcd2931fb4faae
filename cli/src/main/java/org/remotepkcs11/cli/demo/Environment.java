package org.remotepkcs11.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.remotepkcs11.cli.terminal.PrivateFiles;

/** Variables for a POSIX shell to source. */
final class Environment {
    private final Map<String, String> variables = new LinkedHashMap<>();

    Environment set(String name, String value) {
        variables.put(name, value);
        return this;
    }

    /** Readable by its user alone: it may hold a virtual PIN. */
    void write(Path file) throws IOException {
        StringBuilder lines = new StringBuilder();
        variables.forEach((name, value) -> lines.append("export ").append(name).append('=').append(quoted(value))
                .append('\n'));
        PrivateFiles.write(file, lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String quoted(String value) {
        return "'" + value.replace("'", "'\\''") + "'";
    }
}
