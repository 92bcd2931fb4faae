package org.remotepkcs11.agent;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;

/**
 * Where the agent listens: a socket of its own, and the well-known name, a link to it. An agent that retires gives up
 * the name to the next one, but hosts it already serves still find it.
 */
final class ListeningSocket implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ListeningSocket.class.getName());

    private static final int BACKLOG = 256;

    private final ServerSocketChannel server;
    private final UserPrincipal owner;
    private final Path name;
    private final Path own;
    private Optional<FileChannel> lock;

    private ListeningSocket(ServerSocketChannel server, UserPrincipal owner, Path name, Path own, Optional<FileChannel> lock) {
        this.server = server;
        this.owner = owner;
        this.name = name;
        this.own = own;
        this.lock = lock;
    }

    /**
     * @return empty if another agent of this user has the name
     * @throws IOException if the folder cannot be trusted, or the system refuses
     */
    static Optional<ListeningSocket> open(Path name) throws IOException {
        SocketFolder folder = SocketFolder.of(name);
        FileChannel lock = FileChannel.open(folder.file(name.getFileName() + ".lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        if (lock.tryLock() == null) {
            lock.close();
            return Optional.empty();
        }
        Path own = folder.file(name.getFileName() + "." + ProcessHandle.current().pid());
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            Files.deleteIfExists(own);
            server.bind(UnixDomainSocketAddress.of(own), BACKLOG);
            Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rw-------"));
            takeName(name, own);
        } catch (IOException e) {
            server.close();
            lock.close();
            throw e;
        }
        return Optional.of(new ListeningSocket(server, folder.owner(), name, own, Optional.of(lock)));
    }

    /** In one step, so that a module finds the name or not, but never half of it. */
    private static void takeName(Path name, Path own) throws IOException {
        Path link = own.resolveSibling(own.getFileName() + ".link");
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, own.getFileName());
        Files.move(link, name, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** A socket that systemd opened and gave as standard input. */
    static Optional<ListeningSocket> inherited() throws IOException {
        if (!(System.inheritedChannel() instanceof ServerSocketChannel server)
                || !(server.getLocalAddress() instanceof UnixDomainSocketAddress address)) {
            return Optional.empty();
        }
        SocketFolder folder = SocketFolder.of(address.getPath());
        return Optional.of(new ListeningSocket(server, folder.owner(), address.getPath(), address.getPath(), Optional.empty()));
    }

    /** Whether the name is this agent's to give up. */
    boolean canRetire() {
        return !own.equals(name);
    }

    /** The path that leads to this agent as long as it runs. */
    Path own() {
        return own;
    }

    /** Waits for the next connection by this very user; others are turned away. */
    SocketChannel accept() throws IOException {
        for (;;) {
            SocketChannel channel = server.accept();
            if (channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(owner)) {
                return channel;
            }
            LOG.log(System.Logger.Level.WARNING, "a connection by another user was turned away");
            channel.close();
        }
    }

    /** Leaves the name to the next agent. */
    synchronized void retire() throws IOException {
        if (lock.isPresent()) {
            if (Files.isSymbolicLink(name) && Files.readSymbolicLink(name).equals(own.getFileName())) {
                Files.delete(name);
            }
            lock.get().close();
            lock = Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        if (canRetire()) {
            retire();
            Files.deleteIfExists(own);
        }
        server.close();
    }
}
