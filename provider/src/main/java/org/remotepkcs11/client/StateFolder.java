package org.remotepkcs11.client;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.remotepkcs11.wire.Id;

/**
 * Where the client remembers things between runs: {@code rpkcs11} below {@code $XDG_STATE_HOME} ({@code
 * ~/.local/state}). Nothing in it is secret; a folder that cannot be written is reported once and done without.
 */
final class StateFolder {
    private static final System.Logger LOG = System.getLogger(StateFolder.class.getName());
    private static final int MAX_BYTES = 1 << 20;

    private final Path path;
    private final AtomicBoolean complained = new AtomicBoolean();

    StateFolder(Path path) {
        this.path = path;
    }

    static StateFolder ofUser() {
        Path home = Path.of(System.getProperty("user.home", "/"));
        Path base = ClientConfiguration.folder(System.getenv(), "XDG_STATE_HOME", home.resolve(".local/state"));
        return new StateFolder(base.resolve("rpkcs11"));
    }

    StateFolder within(String name) {
        return new StateFolder(path.resolve(name));
    }

    /** What is remembered of one proxy. */
    StateFolder ofProxy(Id proxy) {
        return within(proxy.toString().substring(0, 16));
    }

    Path path() {
        return path;
    }

    Optional<byte[]> read(String name) {
        Path file = path.resolve(name);
        try {
            return Files.isRegularFile(file) && Files.size(file) <= MAX_BYTES
                    ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
        } catch (IOException e) {
            complain(file, e);
            return Optional.empty();
        }
    }

    /** Replaces the file as a whole, so that a reader never sees half of it. */
    void write(String name, byte[] content) {
        Path file = path.resolve(name);
        try {
            create(path);
            Path fresh = Files.createTempFile(path, "." + name, ".new");
            Files.write(fresh, content);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            complain(file, e);
        }
    }

    private static void create(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(folder,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(folder);
        }
    }

    private void complain(Path file, IOException problem) {
        if (complained.compareAndSet(false, true)) {
            LOG.log(Level.WARNING, "cannot keep {0} ({1}): last refusals, receipts and the proxy''s last log head are "
                    + "not remembered after this run", file, problem.toString());
        }
    }
}
