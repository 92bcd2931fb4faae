package org.remotepkcs11.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.PrivateFiles;

/** The folder of a demo or sandbox. A file in it says that it is one, so that nothing else is ever cleared away. */
final class StageFolder {
    private static final String MARK = ".rpkcs11-stage";

    private final Path path;

    private StageFolder(Path path) {
        this.path = path;
    }

    /** Makes the folder, or takes one that an earlier run made or that is empty. */
    static StageFolder of(Path named) throws CommandFailure, IOException {
        Path path = named.toAbsolutePath().normalize();
        PrivateFiles.createFolder(path);
        StageFolder folder = new StageFolder(path);
        if (!Files.exists(path.resolve(MARK)) && !folder.children().isEmpty()) {
            throw new CommandFailure(path + " holds other files", "give a new or empty folder by --dir");
        }
        return folder;
    }

    Path path() {
        return path;
    }

    /** Whether an earlier run with these very settings is here. */
    boolean holds(String settings) throws IOException {
        Path mark = path.resolve(MARK);
        return Files.exists(mark) && Files.readString(mark).equals(settings);
    }

    /** Removes all that an earlier run left. */
    void clear() throws IOException {
        for (Path child : children()) {
            try (Stream<Path> below = Files.walk(child)) {
                for (Path each : below.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
        mark("");
    }

    /** What {@link #holds} is to find. */
    void mark(String settings) throws IOException {
        Files.writeString(path.resolve(MARK), settings);
    }

    private List<Path> children() throws IOException {
        try (Stream<Path> children = Files.list(path)) {
            return children.toList();
        }
    }
}
