package org.remotepkcs11.proxy.pipeline;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.remotepkcs11.proxy.access.Access;
import org.remotepkcs11.proxy.authority.ClientCertificates;
import org.remotepkcs11.proxy.cards.CardWorkers;

/** The proxy's service as users see it: {@code POST /v1} and {@code POST /v1/enroll} over HTTPS. */
public final class HttpsService implements AutoCloseable {
    /** Between two pieces of a request's body. */
    private static final Duration SILENCE = Duration.ofSeconds(20);
    private static final Duration STOPPING = Duration.ofSeconds(10);
    private static final int THREADS_PER_PROCESSOR = 4;
    /** Acceptor, selector and those that Jetty holds in reserve. */
    private static final int THREADS_OF_JETTY = 8;

    private final HttpsEdge edge;
    private final Watches watches;

    private HttpsService(HttpsEdge edge, Watches watches) {
        this.edge = edge;
        this.watches = watches;
    }

    /**
     * What the service stands on; the caller closes it after the service.
     *
     * @param clock of sessions, certificates and replies
     */
    public record Ground(Access access, CardWorkers cards, ServiceIdentity identity, Clock clock) {
    }

    /**
     * Serves as soon as it returns.
     *
     * @param port 0: any free one
     * @throws IOException if the address cannot be listened on
     */
    public static HttpsService start(String address, int port, Ground ground, ServiceBounds bounds) throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(
                THREADS_OF_JETTY + THREADS_PER_PROCESSOR * Runtime.getRuntime().availableProcessors());
        threads.setName("https");
        threads.setDaemon(true);
        Watches watches = new Watches(ground.access().directory(), threads, bounds.sessions().perUser());
        ServiceIdentity identity = ground.identity();
        ClientCertificates certificates = new ClientCertificates(identity.authority().certificate(),
                identity.userAuthorities(), identity.revocation());
        Enrollment enrollment = new Enrollment(ground.access(), identity.authority(), certificates,
                identity.replyCertificate(), ground.clock());
        Map<String, Endpoint> endpoints = Map.of("/v1", pipeline(ground, certificates, bounds, watches),
                "/v1/enroll", new EnrollmentEndpoint(enrollment, ground.access().gate()));
        HttpsEdge.Bounds edge =
                new HttpsEdge.Bounds(threads, bounds.requests().underWay(), SILENCE, STOPPING);
        try {
            return new HttpsService(
                    HttpsEdge.start(new HttpsEdge.Place(address, port), identity.tls(), endpoints, edge), watches);
        } catch (IOException e) {
            watches.close();
            throw e;
        }
    }

    private static Pipeline pipeline(Ground ground, ClientCertificates certificates, ServiceBounds bounds,
                                     Watches watches) {
        ServiceBounds.OfRequests requests = bounds.requests();
        CardOperations cards = new CardOperations(ground.access().gate(), ground.cards(),
                new OperationMemory(ground.clock()),
                new CardOperations.Deadlines(requests.usualDeadline(), requests.longestDeadline()));
        Pipeline.Stations stations = new Pipeline.Stations(certificates,
                new Sessions(bounds.sessions(), ground.clock()), ground.access().gate(), cards, watches,
                new Replies(ground.identity().replies(), ground.clock(), ground.access().directory()));
        return new Pipeline(stations, requests.longestWatch(), ground.clock());
    }

    /** Listened on. */
    public int port() {
        return edge.port();
    }

    /** HTTP requests taken since it was started, whatever their answer. */
    public long requests() {
        return edge.requests();
    }

    /** Takes no more requests, ends all watches, lets what is under way end for a short time. */
    @Override
    public void close() {
        watches.close();
        edge.close();
    }
}
