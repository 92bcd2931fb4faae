package org.remotepkcs11.wire.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

class ConnectionTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final byte[] MESSAGE = {1, 2, 3};
    private static final TestServer.Answer ECHO = (request, response, body) -> body;

    private static TestAuthority authority;

    private final ProxySelector selector = ProxySelector.getDefault();

    @BeforeAll
    static void makeAuthority() throws Exception {
        authority = new TestAuthority();
    }

    @AfterEach
    void restoreProxySettings() {
        ProxySelector.setDefault(selector);
        Authenticator.setDefault(null);
    }

    private static HttpTransport client(int port) throws Exception {
        return HttpTransport.mutual(URI.create("https://127.0.0.1:" + port), authority.issueForClient(), authority.trust());
    }

    /** That many threads start at once. */
    private static int succeed(HttpTransport transport, int calls) throws Exception {
        CyclicBarrier start = new CyclicBarrier(calls);
        ExecutorService threads = Executors.newFixedThreadPool(calls);
        List<Future<byte[]>> answers = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            answers.add(threads.submit(() -> {
                start.await();
                return transport.post("/v1", MESSAGE, SOON);
            }));
        }
        int succeeded = 0;
        for (Future<byte[]> answer : answers) {
            succeeded += answer.get().length == MESSAGE.length ? 1 : 0;
        }
        threads.shutdown();
        return succeeded;
    }

    @Test
    void thousandCallsRideOnOneConnection() throws Exception {
        try (TestServer server = new TestServer(authority.issueForLoopback(), ECHO);
             Relay relay = new Relay(server.port()); HttpTransport transport = client(relay.port())) {
            assertThat(succeed(transport, 1000)).isEqualTo(1000);
            assertThat(relay.connections).hasValue(1);
        }
    }

    /** No more than Jetty lets be refused a second, before the client knows of the limit, without closing the connection. */
    @Test
    void callsBeyondTheServersLimitOfStreamsSucceed() throws Exception {
        TestServer.Settings few = new TestServer.Settings("TLSv1.3", true, 10);
        try (TestServer server = new TestServer(authority.issueForLoopback(), few, ECHO);
             HttpTransport transport = client(server.port())) {
            assertThat(succeed(transport, 100)).isEqualTo(100);
            assertThat(server.requests).hasValue(100);
        }
    }

    @Test
    void requestIsNotPostedAgainAfterItsConnectionDied() throws Exception {
        AtomicReference<Relay> network = new AtomicReference<>();
        CountDownLatch over = new CountDownLatch(1);
        TestServer.Answer die = (request, response, body) -> {
            network.get().cut();
            over.await();
            return body;
        };
        try (TestServer server = new TestServer(authority.issueForLoopback(), die);
             Relay relay = new Relay(server.port()); HttpTransport transport = client(relay.port())) {
            network.set(relay);
            RefusedException refused = catchThrowableOfType(RefusedException.class,
                    () -> transport.post("/v1", MESSAGE, SOON));
            over.countDown();
            assertThat(refused.code()).isEqualTo(ErrorCode.UNREACHABLE);
            assertThat(server.requests).hasValue(1);
        }
    }

    @Test
    void connectionThatVanishedSilentlyIsFoundAndReplaced() throws Exception {
        try (TestServer server = new TestServer(authority.issueForLoopback(), ECHO);
             Relay relay = new Relay(server.port());
             HttpTransport transport = HttpTransport.over(URI.create("https://127.0.0.1:" + relay.port()),
                     HttpClients.mutual(authority.issueForClient(), authority.trust()).newBuilder()
                             .pingInterval(Duration.ofSeconds(1)).build())) {
            transport.post("/v1", MESSAGE, SOON);
            relay.swallow();
            RefusedException refused = catchThrowableOfType(RefusedException.class,
                    () -> transport.post("/v1", MESSAGE, SOON));
            assertThat(refused.code()).isEqualTo(ErrorCode.UNREACHABLE);
            assertThat(transport.post("/v1", MESSAGE, SOON)).isEqualTo(MESSAGE);
        }
    }

    @Test
    void afterItsConnectionWasResetTheNextCallConnectsAnew() throws Exception {
        AtomicReference<Relay> network = new AtomicReference<>();
        TestServer.Answer dieOnce = (request, response, body) -> {
            if (network.get().connections.get() == 1) {
                network.get().cut();
            }
            return body;
        };
        try (TestServer server = new TestServer(authority.issueForLoopback(), dieOnce);
             Relay relay = new Relay(server.port()); HttpTransport transport = client(relay.port())) {
            network.set(relay);
            catchThrowableOfType(RefusedException.class, () -> transport.post("/v1", MESSAGE, SOON));
            assertThat(transport.post("/v1", MESSAGE, SOON)).isEqualTo(MESSAGE);
        }
    }

    @Test
    void proxySettingsOfTheJdkAreHonoured() throws Exception {
        Authenticator.setDefault(new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication("Aladdin", "open sesame".toCharArray());
            }
        });
        try (TestServer server = new TestServer(authority.issueForLoopback(), ECHO);
             ConnectProxy proxy = new ConnectProxy("QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
             HttpTransport transport = client(server.port())) {
            ProxySelector.setDefault(ProxySelector.of(proxy.address()));
            assertThat(transport.post("/v1", MESSAGE, SOON)).isEqualTo(MESSAGE);
            assertThat(proxy.tunnels).containsExactly("127.0.0.1:" + server.port());
        }
    }

    @Test
    void missingNetworkProxyIsUnreachable() throws Exception {
        ProxySelector.setDefault(ProxySelector.of(new InetSocketAddress("127.0.0.1", 1)));
        try (HttpTransport transport = client(8443)) {
            RefusedException refused = catchThrowableOfType(RefusedException.class,
                    () -> transport.post("/v1", MESSAGE, SOON));
            assertThat(refused.code()).isEqualTo(ErrorCode.UNREACHABLE);
        }
    }

    @Test
    void threadsDoNotKeepTheProgramAlive() throws Exception {
        try (TestServer server = new TestServer(authority.issueForLoopback(), ECHO);
             HttpTransport transport = client(server.port())) {
            transport.post("/v1", MESSAGE, SOON);
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().contains("Ok")).isNotEmpty().allMatch(Thread::isDaemon);
        }
    }
}
