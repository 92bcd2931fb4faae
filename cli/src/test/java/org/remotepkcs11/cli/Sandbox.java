package org.remotepkcs11.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** {@code rpkcs11 sandbox} as a process beside the test. */
final class Sandbox implements AutoCloseable {
    private final Path folder;
    private final Background process;

    private Sandbox(Path folder, Background process) {
        this.folder = folder;
        this.process = process;
    }

    static Sandbox start(Path folder, Map<String, String> environment, String... options) throws IOException {
        return new Sandbox(folder, Background.start(environment, Stream.concat(
                Stream.of("sandbox", "--dir", folder.toString()), Stream.of(options)).toArray(String[]::new)));
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
        return process.terminate();
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
    }
}
