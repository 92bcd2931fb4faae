package org.remotepkcs11.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs a program to its end. */
public final class Command {
    private final List<String> words;
    private final Map<String, String> environment;

    private Command(List<String> words, Map<String, String> environment) {
        this.words = words;
        this.environment = environment;
    }

    public static Command of(String... words) {
        return new Command(List.of(words), Map.of());
    }

    public Command with(String... more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of(more));
        return new Command(all, environment);
    }

    public Command inEnvironment(Map<String, String> variables) {
        return new Command(words, variables);
    }

    /** With these variables more. */
    public Command alsoInEnvironment(Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(variables);
        return new Command(words, all);
    }

    /** To start it otherwise than by {@link #run}: both streams in one. */
    public ProcessBuilder builder() {
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().putAll(environment);
        return builder;
    }

    /**
     * Its output, both streams.
     *
     * @throws IOException if it cannot be started or does not end with status 0; says what it printed
     */
    public String run() throws IOException {
        Process process = builder().start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(words.get(0) + " ended with " + process.exitValue() + ": " + output);
            }
            return output;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + words.get(0) + " ran", e);
        }
    }
}
