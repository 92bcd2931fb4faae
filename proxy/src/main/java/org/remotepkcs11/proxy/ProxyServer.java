package org.remotepkcs11.proxy;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.remotepkcs11.proxy.access.Access;
import org.remotepkcs11.proxy.audit.AuditReader;
import org.remotepkcs11.proxy.cards.CardMemory;
import org.remotepkcs11.proxy.cards.CardReader;
import org.remotepkcs11.proxy.cards.CardWorkers;
import org.remotepkcs11.proxy.cards.Pace;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Module;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Settings;
import org.remotepkcs11.proxy.cards.process.ModuleEnvironment;
import org.remotepkcs11.proxy.cards.process.ProcessModule;
import org.remotepkcs11.proxy.cards.software.SoftwareCards;
import org.remotepkcs11.proxy.pipeline.HttpsService;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running proxy. One process serves a {@link ProxyHome} at a time. */
public final class ProxyServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyServer.class);
    private static final String SOFTWARE = "software";
    /** After which an unused card is locked again. */
    private static final Duration CARD_IDLE = Duration.ofMinutes(5);

    private final ProxyHome home;
    private final AtomicBoolean closed = new AtomicBoolean();
    private HomeLock lock;
    private CardWorkers cards;
    private Access access;
    private HttpsService service;
    private AutoCloseable schedule;
    private AutoCloseable publisher;

    private ProxyServer(ProxyHome home) {
        this.home = home;
    }

    /**
     * What a test puts in the place of the world.
     *
     * @param clock   of users' certificates, sessions and delegations; TLS and the cards' deadlines go by the system's
     * @param readers beside those of the configuration; the server closes them
     * @param port    instead of the configured one
     */
    public record Surroundings(Clock clock, List<CardReader> readers, OptionalInt port) {
        public Surroundings {
            readers = List.copyOf(readers);
        }

        public static Surroundings real() {
            return new Surroundings(Clock.systemUTC(), List.of(), OptionalInt.empty());
        }
    }

    /**
     * Serves as soon as it returns. What was under way when the last server of this home ended is recorded as
     * interrupted first.
     *
     * @throws RefusedException {@link ErrorCode#CONFIGURATION_INVALID} if a setting, a file, a module or the address
     *                          cannot be used
     */
    public static ProxyServer start(ProxyHome home) throws RefusedException {
        return start(home, Surroundings.real());
    }

    public static ProxyServer start(ProxyHome home, Surroundings around) throws RefusedException {
        ProxyServer server = new ProxyServer(home);
        try {
            server.begin(around);
            return server;
        } catch (RefusedException e) {
            server.close();
            throw e;
        }
    }

    private void begin(Surroundings around) throws RefusedException {
        lock = HomeLock.serving(home.directory());
        home.secrets().settle();
        List<CardReader> readers = new ArrayList<>(around.readers());
        readers.addAll(readers(home.configuration()));
        cards = CardWorkers.over(readers, CardMemory.in(home.knownCards()), Pace.DEFAULT);
        access = home.openAccess(new CardsNow(cards), around.clock());
        cards.onChange(access.directory()::cardsChanged);
        int interrupted = access.recover();
        service = serve(around);
        schedule = home.backups().schedule(access, around.clock());
        publisher = home.publisher(access.directory(), around.clock()).orElse(null);
        LOG.info("proxy {} serves on port {}; {} operations of the last run were interrupted", home.proxy(),
                service.port(), interrupted);
    }

    private HttpsService serve(Surroundings around) throws RefusedException {
        ProxyConfiguration configuration = home.configuration();
        int port = around.port().orElse(configuration.port());
        HttpsService.Ground ground =
                new HttpsService.Ground(access, cards, home.identity(), around.clock());
        try {
            return HttpsService.start(configuration.address(), port, ground, configuration.bounds());
        } catch (IOException e) {
            throw PrivateDirectory.refused("cannot listen on " + configuration.address() + " port " + port + ": "
                    + e.getMessage(), e);
        }
    }

    private static List<CardReader> readers(ProxyConfiguration configuration) throws RefusedException {
        List<CardReader> readers = new ArrayList<>();
        configuration.softwareCards().ifPresent(folder -> readers.add(SoftwareCards.in(SOFTWARE, folder, CARD_IDLE)));
        for (ProxyConfiguration.Module module : configuration.modules()) {
            try {
                readers.add(reader(module, configuration.secrets().variables()));
            } catch (IOException e) {
                readers.forEach(CardReader::close);
                throw PrivateDirectory.refused("module " + module.name() + " cannot be used: " + e.getMessage(), e);
            }
        }
        return readers;
    }

    private static CardReader reader(ProxyConfiguration.Module module, Set<String> withheld) throws IOException {
        ProxyConfiguration.Running running = module.running();
        Pkcs11Settings usual = Pkcs11Settings.of(module.name(), module.library()).withCalling(running.calling());
        Pkcs11Settings settings = module.lanes().map(usual::withLanes).orElse(usual);
        if (running.process() == ProxyConfiguration.Process.PROXY) {
            return Pkcs11Module.load(settings);
        }
        return ProcessModule.start(settings, new ProcessModule.Terms(
                running.process() == ProxyConfiguration.Process.CARD, running.patience(),
                new ModuleEnvironment(running.environment(), withheld)));
    }

    public ProxyHome home() {
        return home;
    }

    /** Under the first of the configured names. */
    public URI url() {
        return URI.create("https://" + home.configuration().names().get(0) + ":" + port());
    }

    /** The audit log as it is committed. */
    public AuditReader log() {
        return access.log().reader();
    }

    public int port() {
        return service.port();
    }

    /** HTTP requests taken since it was started, whatever their answer. */
    public long requests() {
        return service.requests();
    }

    /** Lets what is under way end, then lets the cards go, so that what waits for one is refused and recorded. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            closeIfOpen(service);
            closeIfOpen(schedule);
            closeIfOpen(publisher);
            closeIfOpen(cards);
            closeIfOpen(access);
            closeIfOpen(lock);
        }
    }

    private static void closeIfOpen(AutoCloseable part) {
        try {
            if (part != null) {
                part.close();
            }
        } catch (Exception e) {
            // the other parts must be closed all the same
            LOG.error("a part of the proxy could not be closed", e);
        }
    }
}
