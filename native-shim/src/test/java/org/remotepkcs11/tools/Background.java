package org.remotepkcs11.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.remotepkcs11.testkit.Command;

/** A program that runs until it is closed. */
final class Background implements AutoCloseable {
    private final Process process;
    private final Path log;

    private Background(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static Background start(Command command, Path folder, Path log) throws IOException {
        return new Background(command.builder().directory(folder.toFile()).redirectOutput(log.toFile()).start(), log);
    }

    long pid() {
        return process.pid();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
