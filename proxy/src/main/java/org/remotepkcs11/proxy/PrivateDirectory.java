package org.remotepkcs11.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;

/**
 * A directory whose files nobody but its owner may read. Files are replaced whole: a crash leaves the old one or the
 * new one. Where the file system has no POSIX permissions, its own access rules are taken as they are.
 */
record PrivateDirectory(Path path) {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final int MAX_FILE_BYTES = 1 << 20;

    /** Makes the directory where there is none; an empty one is taken over. */
    static PrivateDirectory create(Path path) throws RefusedException {
        try {
            Path absolute = path.toAbsolutePath().normalize();
            Files.createDirectories(absolute);
            if (posix(absolute)) {
                Files.setPosixFilePermissions(absolute, OWNER_ONLY);
            }
            return new PrivateDirectory(absolute);
        } catch (IOException e) {
            throw refused("cannot make the directory " + path + ": " + e.getMessage(), e);
        }
    }

    /** @throws RefusedException {@link ErrorCode#CONFIGURATION_INVALID} if it is missing or open to others */
    static PrivateDirectory open(Path path) throws RefusedException {
        Path absolute = path.toAbsolutePath().normalize();
        if (!Files.isDirectory(absolute)) {
            throw refused("there is no directory " + absolute, null);
        }
        refuseIfOpenToOthers(absolute, "chmod 700");
        return new PrivateDirectory(absolute);
    }

    boolean has(String name) {
        return Files.exists(path.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    /** @throws RefusedException {@link ErrorCode#CONFIGURATION_INVALID} if missing, too large or open to others */
    byte[] read(String name) throws RefusedException {
        Path file = path.resolve(name);
        try {
            refuseIfOpenToOthers(file, "chmod 600");
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw refused(file + " is too large to be what it should be", null);
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw refused(file + " is missing; restore it from a backup", e);
        } catch (IOException e) {
            throw refused("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    void write(String name, byte[] content) throws RefusedException {
        Path file = path.resolve(name);
        try {
            Path fresh = Files.createTempFile(path, name, ".new", ownerOnly());
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                for (ByteBuffer rest = ByteBuffer.wrap(content); rest.hasRemaining(); ) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            flush();
        } catch (IOException e) {
            throw refused("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    void rename(String from, String to) throws RefusedException {
        try {
            Files.move(path.resolve(from), path.resolve(to), StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            flush();
        } catch (IOException e) {
            throw refused("cannot rename " + path.resolve(from) + ": " + e.getMessage(), e);
        }
    }

    void delete(String name) throws RefusedException {
        try {
            Files.deleteIfExists(path.resolve(name));
            flush();
        } catch (IOException e) {
            throw refused("cannot delete " + path.resolve(name) + ": " + e.getMessage(), e);
        }
    }

    /** Makes names durable, where the system can do that. */
    private void flush() throws IOException {
        if (posix(path)) {
            try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }

    /** A directory inside this one, as private; made where there is none. */
    Path subdirectory(String name) throws RefusedException {
        Path directory = path.resolve(name);
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            return directory;
        } catch (IOException e) {
            throw refused("cannot make the directory " + directory + ": " + e.getMessage(), e);
        }
        return create(directory).path();
    }

    private FileAttribute<?>[] ownerOnly() {
        if (!posix(path)) {
            return new FileAttribute<?>[0];
        }
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))};
    }

    private static void refuseIfOpenToOthers(Path path, String remedy) throws RefusedException {
        if (!posix(path)) {
            return;
        }
        try {
            if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(path))) {
                throw refused("other people of this machine may read " + path + "; " + remedy, null);
            }
        } catch (NoSuchFileException e) {
            throw refused(path + " is missing; restore it from a backup", e);
        } catch (IOException e) {
            throw refused("cannot see who may read " + path + ": " + e.getMessage(), e);
        }
    }

    private static boolean posix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    static RefusedException refused(String detail, Throwable cause) {
        return new RefusedException(Refusal.of(ErrorCode.CONFIGURATION_INVALID, detail), cause);
    }
}
