package org.remotepkcs11.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code rpkcs11 …} as a process beside the test, from the moment it says that it is ready; ends with the test. */
final class Background implements AutoCloseable {
    private final Process process;
    private final Path complaints;

    private Background(Process process, Path complaints) {
        this.process = process;
        this.complaints = complaints;
    }

    static Background start(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Repository.file("rpkcs11").toString()));
        command.addAll(List.of(arguments));
        Path complaints = Files.createTempFile("rpkcs11", ".err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(complaints.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        String line = said.readLine();
        if (line == null || !line.startsWith("ready")) {
            throw new IOException(command + " said " + line + "; " + Files.readString(complaints));
        }
        return new Background(process, complaints);
    }

    long pid() {
        return process.pid();
    }

    /** What it wrote to standard error so far. */
    Path complaints() {
        return complaints;
    }

    /** SIGTERM. @return the exit code */
    int terminate() throws InterruptedException {
        process.destroy();
        return process.waitFor();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        terminate();
    }
}
