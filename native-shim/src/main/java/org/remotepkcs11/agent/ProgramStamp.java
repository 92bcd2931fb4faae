package org.remotepkcs11.agent;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.stream.Stream;

/** When the program's own files were last written: an agent whose program was replaced makes way for a new one. */
final class ProgramStamp {
    private final String classPath;
    private final FileTime begun;

    private ProgramStamp(String classPath) {
        this.classPath = classPath;
        begun = newest(classPath);
    }

    static ProgramStamp take() {
        return new ProgramStamp(System.getProperty("java.class.path", ""));
    }

    /** @param classPath files and folders as {@code java.class.path} has them */
    static ProgramStamp of(String classPath) {
        return new ProgramStamp(classPath);
    }

    boolean isReplaced() {
        return !newest(classPath).equals(begun);
    }

    private static FileTime newest(String classPath) {
        return Stream.of(classPath.split(File.pathSeparator)).filter(entry -> !entry.isEmpty()).map(Path::of)
                .flatMap(ProgramStamp::files).map(ProgramStamp::written).flatMap(Optional::stream)
                .max(FileTime::compareTo).orElse(FileTime.fromMillis(0));
    }

    private static Stream<Path> files(Path entry) {
        try (Stream<Path> tree = Files.walk(entry)) {
            return tree.toList().stream();
        } catch (IOException | UncheckedIOException e) {
            return Stream.empty();
        }
    }

    private static Optional<FileTime> written(Path file) {
        try {
            return Optional.of(Files.getLastModifiedTime(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
