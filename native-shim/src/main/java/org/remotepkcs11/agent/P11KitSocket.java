package org.remotepkcs11.agent;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jdk.net.ExtendedSocketOptions;
import org.remotepkcs11.agent.p11kit.P11KitConnection;
import org.remotepkcs11.pkcs11.ApplicationFactory;
import org.remotepkcs11.pkcs11.Host;
import org.remotepkcs11.pkcs11.table.Dispatcher;
import org.remotepkcs11.wire.RefusedException;

/** Where stock {@code p11-kit-client.so} is answered: {@code P11_KIT_SERVER_ADDRESS=unix:path=…}. */
final class P11KitSocket implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(P11KitSocket.class.getName());
    private static final Host CLIENT = new Host("p11-kit-client", 0, Optional.empty(), Optional.empty(), Map.of());

    private final Path path;
    private final ServerSocketChannel server;
    private final ApplicationFactory factory;
    private final UserPrincipal owner;
    private final Set<P11KitConnection> connections = ConcurrentHashMap.newKeySet();

    private P11KitSocket(Path path, ServerSocketChannel server, ApplicationFactory factory) throws IOException {
        this.path = path;
        this.server = server;
        this.factory = factory;
        this.owner = Files.getOwner(Path.of("/proc/self"));
    }

    /** @throws IOException if another server listens there, or the system refuses */
    static P11KitSocket open(Path path, ApplicationFactory factory) throws IOException {
        removeStale(path);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        P11KitSocket socket = new P11KitSocket(path, server, factory);
        Agent.daemon(socket::listen).start();
        LOG.log(System.Logger.Level.INFO, "p11-kit clients are answered at {0}", path);
        return socket;
    }

    private static void removeStale(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException nobodyListens) {
            Files.delete(path);
            return;
        }
        throw new IOException("another server listens at " + path);
    }

    private void listen() {
        try {
            for (;;) {
                SocketChannel channel = server.accept();
                if (channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(owner)) {
                    P11KitConnection connection = new P11KitConnection(channel, this::application);
                    connections.add(connection);
                    Agent.daemon(() -> serve(connection)).start();
                } else {
                    LOG.log(System.Logger.Level.WARNING, "a p11-kit client of another user was turned away");
                    channel.close();
                }
            }
        } catch (ClosedChannelException e) {
            LOG.log(System.Logger.Level.DEBUG, "p11-kit clients are no longer answered");
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "p11-kit clients can no longer be answered: " + e.getMessage(), e);
        }
    }

    private Dispatcher application() throws IOException {
        try {
            return factory.open(CLIENT);
        } catch (RefusedException e) {
            LOG.log(System.Logger.Level.WARNING, "p11-kit-client refused: {0}", e.getMessage());
            throw new IOException(e.getMessage(), e);
        }
    }

    private void serve(P11KitConnection connection) {
        try (connection) {
            connection.serve();
        } catch (ClosedChannelException e) {
            LOG.log(System.Logger.Level.DEBUG, "a p11-kit client was let go");
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "a p11-kit client: {0}", e.getMessage());
        } finally {
            connections.remove(connection);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
        for (P11KitConnection connection : connections) {
            connection.close();
        }
    }
}
