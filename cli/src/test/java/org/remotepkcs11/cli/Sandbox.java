package org.remotepkcs11.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code rpkcs11 sandbox} as a process beside the test; ends with it. */
final class Sandbox implements AutoCloseable {
    private final Path folder;
    private final Process process;

    private Sandbox(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    /** Returns when it says that it is ready. */
    static Sandbox start(Path folder, Map<String, String> environment, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(Repository.file("rpkcs11").toString(), "sandbox", "--dir",
                folder.toString()));
        command.addAll(List.of(options));
        Path complaints = Files.createTempFile("sandbox", ".err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(complaints.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        String line = said.readLine();
        if (!"ready".equals(line)) {
            throw new IOException("the sandbox said " + line + "; " + Files.readString(complaints));
        }
        return new Sandbox(folder, process);
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** Runs commands in a shell that sourced the sandbox's environment. @return what they printed */
    String shell(Path where, String commands) throws IOException, InterruptedException {
        return Program.of(where, "sh", "-c", "set -eu; . \"$SANDBOX/env\"; export PATH=\"$JAVA_HOME/bin:$PATH\"; "
                + commands).with("SANDBOX", folder.toString()).succeed();
    }

    /** SIGTERM. @return the exit code */
    int terminate() throws InterruptedException {
        process.destroy();
        return process.waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        terminate();
    }
}
