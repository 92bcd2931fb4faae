package org.remotepkcs11.agent;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.remotepkcs11.pkcs11.ApplicationFactory;

/** A running agent. Ends when it is closed, or by itself some time after its last application ended. */
public final class Agent implements AutoCloseable, Connection.Owner {
    private static final System.Logger LOG = System.getLogger(Agent.class.getName());
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(1);

    private final ListeningSocket socket;
    private final Duration idle;
    private final Applications applications;
    private final ProgramStamp stamp;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(Agent::daemon);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicLong lastUse = new AtomicLong(System.nanoTime());
    private final Optional<P11KitSocket> p11Kit;
    private volatile boolean retired;

    private Agent(ListeningSocket socket, AgentOptions options, ApplicationFactory factory, ProgramStamp stamp)
            throws IOException {
        this.socket = socket;
        this.idle = options.idle();
        this.p11Kit = options.p11KitSocket().isPresent()
                ? Optional.of(P11KitSocket.open(options.p11KitSocket().get(), factory)) : Optional.empty();
        this.stamp = stamp;
        applications = new Applications(factory);
    }

    /**
     * Begins to listen: on the socket that systemd gave as standard input, else where the options say.
     *
     * @return empty if an agent of this user listens there already
     * @throws IOException if the socket's folder cannot be trusted, or the system refuses
     */
    public static Optional<Agent> start(AgentOptions options, ApplicationFactory factory) throws IOException {
        return start(options, factory, ProgramStamp.take());
    }

    static Optional<Agent> start(AgentOptions options, ApplicationFactory factory, ProgramStamp stamp) throws IOException {
        Optional<ListeningSocket> inherited = ListeningSocket.inherited();
        Optional<ListeningSocket> socket = inherited.isPresent() ? inherited : ListeningSocket.open(options.socket());
        if (socket.isEmpty()) {
            return Optional.empty();
        }
        Agent agent = new Agent(socket.get(), options, factory, stamp);
        agent.begin();
        return Optional.of(agent);
    }

    private void begin() {
        long pause = SIGN_OF_LIFE.toMillis();
        timer.scheduleWithFixedDelay(this::showLife, pause, pause, TimeUnit.MILLISECONDS);
        long check = Math.max(20, Math.min(idle.toMillis() / 4, 60_000));
        timer.scheduleWithFixedDelay(this::endIfIdle, check, check, TimeUnit.MILLISECONDS);
        daemon(this::listen).start();
        LOG.log(System.Logger.Level.INFO, "agent listens at {0}", socket.own());
    }

    private void listen() {
        try {
            for (;;) {
                SocketChannel channel = socket.accept();
                Connection connection = new Connection(channel, this);
                connections.add(connection);
                daemon(connection).start();
            }
        } catch (ClosedChannelException e) {
            LOG.log(System.Logger.Level.DEBUG, "agent no longer listens");
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "agent cannot listen any more: " + e.getMessage(), e);
            close();
        }
    }

    private void showLife() {
        connections.forEach(connection -> connection.showLife(SIGN_OF_LIFE.toNanos()));
    }

    private void endIfIdle() {
        if (!connections.isEmpty() || p11Kit.isPresent()) {
            lastUse.set(System.nanoTime());
            return;
        }
        boolean replaced = retired || stamp.isReplaced();
        if (replaced || System.nanoTime() - lastUse.get() > idle.toNanos()) {
            close();
        }
    }

    @Override
    public boolean isRetired(boolean newApplication) {
        if (newApplication && !retired && socket.canRetire() && stamp.isReplaced()) {
            LOG.log(System.Logger.Level.INFO, "the program was replaced; the next application starts the new one");
            retire();
        }
        return newApplication && retired;
    }

    private void retire() {
        retired = true;
        try {
            socket.retire();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot leave the socket to the next agent: {0}", e.getMessage());
        }
    }

    @Override
    public Applications applications() {
        return applications;
    }

    @Override
    public Path path() {
        return socket.own();
    }

    @Override
    public void ended(Connection connection) {
        connections.remove(connection);
        lastUse.set(System.nanoTime());
    }

    /** @return whether the agent ended within that time */
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        return ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Waits until the agent ends. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /** Stops listening, ends all applications. */
    @Override
    public void close() {
        timer.shutdownNow();
        try {
            socket.close();
            if (p11Kit.isPresent()) {
                p11Kit.get().close();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot remove the socket: {0}", e.getMessage());
        }
        connections.forEach(Connection::close);
        ended.countDown();
    }

    static Thread daemon(Runnable task) {
        Thread thread = new Thread(null, task, "rpkcs11-agent");
        thread.setDaemon(true);
        return thread;
    }
}
