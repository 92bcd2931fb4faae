package org.remotepkcs11.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Another program, run as a person would: its own process, working directory and environment. */
final class Program {
    private static final long TIMEOUT_SECONDS = 300;

    /** @param output standard output and standard error as they came */
    record Ended(int exitCode, String output) {
    }

    private final List<String> command = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private Path folder;
    private String input = "";

    private Program(Path folder) {
        this.folder = folder;
        environment.put("JAVA_HOME", System.getProperty("java.home"));
    }

    static Program of(Path folder, String... command) {
        Program program = new Program(folder);
        program.command.addAll(List.of(command));
        return program;
    }

    /** {@code ./rpkcs11} of this source tree. */
    static Program rpkcs11(Path folder, String... arguments) {
        Program program = of(folder, Repository.file("rpkcs11").toString());
        program.command.addAll(List.of(arguments));
        return program;
    }

    /** A tool of the JDK that runs the tests. */
    static Program jdk(Path folder, String tool, String... arguments) {
        Program program = of(folder, Path.of(System.getProperty("java.home"), "bin", tool).toString());
        program.command.addAll(List.of(arguments));
        return program;
    }

    Program with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Program input(String text) {
        input = text;
        return this;
    }

    /** Waits for its end; kills it after five minutes. */
    Ended run() throws IOException, InterruptedException {
        Path output = Files.createTempFile("output", ".txt");
        try {
            Process process = start(output);
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(command + " did not end; it said:\n" + Files.readString(output));
            }
            return new Ended(process.exitValue(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }

    /** Runs it and fails unless it ends with 0. @return what it printed */
    String succeed() throws IOException, InterruptedException {
        Ended ended = run();
        if (ended.exitCode() != 0) {
            throw new AssertionError(command + " ended with " + ended.exitCode() + " and said:\n" + ended.output());
        }
        return ended.output();
    }

    /** Runs it beside the test. @param output where standard output and standard error go */
    Process start(Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }
}
