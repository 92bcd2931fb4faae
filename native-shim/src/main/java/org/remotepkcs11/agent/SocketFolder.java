package org.remotepkcs11.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;

/** The folder of the agent's socket: this user's, and closed to everybody else. */
final class SocketFolder {
    private static final String SOCKET = "agent.sock";

    private final Path folder;
    private final UserPrincipal owner;

    private SocketFolder(Path folder, UserPrincipal owner) {
        this.folder = folder;
        this.owner = owner;
    }

    /** Makes the folder if it is not there. @throws IOException if it cannot be trusted */
    static SocketFolder of(Path socket) throws IOException {
        Path folder = socket.toAbsolutePath().getParent();
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        UserPrincipal self = Files.getOwner(Path.of("/proc/self"));
        boolean closed = Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(self)
                && PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)).endsWith("------");
        if (!closed) {
            throw new IOException(folder + " is not a folder that this user alone may enter; chmod 700 it, or choose another");
        }
        return new SocketFolder(folder, self);
    }

    /** Whom peers must be. */
    UserPrincipal owner() {
        return owner;
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    static Path defaultSocket(Map<String, String> environment) {
        String socket = environment.getOrDefault("RPKCS11_SOCKET", "");
        if (!socket.isEmpty()) {
            return Path.of(socket);
        }
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (!runtime.isEmpty()) {
            return Path.of(runtime, "rpkcs11", SOCKET);
        }
        long user = userNumber();
        Path own = Path.of("/run/user", Long.toString(user));
        return isOwn(own) ? own.resolve("rpkcs11").resolve(SOCKET) : Path.of("/tmp/rpkcs11-" + user, SOCKET);
    }

    private static boolean isOwn(Path folder) {
        try {
            return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    && Files.getOwner(folder).equals(Files.getOwner(Path.of("/proc/self")));
        } catch (IOException e) {
            return false;
        }
    }

    private static long userNumber() {
        try {
            return ((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
        } catch (IOException e) {
            throw new IllegalStateException("this system has no /proc", e);
        }
    }
}
