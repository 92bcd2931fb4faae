package org.remotepkcs11.proxy.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.proxy.authority.Keys;
import org.remotepkcs11.wire.Refusal;

class HttpsEdgeTest {
    private static final int BOUND = 100_000;
    private static final int THREADS = 8;
    private static final int UNDER_WAY = 3_000;

    private final TestTls tls = new TestTls();
    private final Echo echo = new Echo();
    private HttpsEdge edge;
    private HttpClient client;

    @BeforeEach
    void startEdge() throws Exception {
        startEdge(Duration.ofMillis(700));
    }

    private void startEdge(Duration silence) throws Exception {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setName("edge");
        HttpsEdge.Bounds bounds = new HttpsEdge.Bounds(threads, UNDER_WAY, silence, Duration.ofSeconds(5));
        ServerKey key = tls.server();
        edge = HttpsEdge.start(new HttpsEdge.Place("127.0.0.1", 0), () -> key, Map.of("/v1", echo), bounds);
        client = tls.anonymous(HttpClient.Version.HTTP_2);
    }

    @AfterEach
    void closeEdge() {
        echo.gate.complete(null);
        edge.close();
    }

    @Test
    void http2IsSpokenWhereTheClientCan() throws Exception {
        HttpResponse<byte[]> response = post(client, "/v1", BodyPublishers.ofByteArray(new byte[BOUND]));
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.body()).hasSize(BOUND);
        assertThat(response.headers().map()).containsOnlyKeys(":status", "content-type", "content-length");
    }

    @Test
    void http11IsSpokenElse() throws Exception {
        HttpClient old = tls.anonymous(HttpClient.Version.HTTP_1_1);
        HttpResponse<byte[]> response = post(old, "/v1", BodyPublishers.ofByteArray(new byte[9]));
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(response.body()).hasSize(9);
    }

    @Test
    void tls12IsRefused() throws Exception {
        SocketFactory sockets = tls.context(null).getSocketFactory();
        try (SSLSocket socket = (SSLSocket) sockets.createSocket("127.0.0.1", edge.port())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThatExceptionOfType(SSLHandshakeException.class).isThrownBy(socket::startHandshake);
        }
    }

    @Test
    void provenCertificateReachesTheEndpointUnjudged() throws Exception {
        KeyPair pair = Keys.p256();
        X509Certificate stranger = new TestTls().user(pair);
        post(tls.as(pair, stranger), "/v1", BodyPublishers.noBody());
        assertThat(echo.lastPeer.chain()).containsExactly(stranger);
        post(client, "/v1", BodyPublishers.noBody());
        assertThat(echo.lastPeer.chain()).isEmpty();
    }

    @Test
    void nothingButPostsOfMessagesIsAnswered() throws Exception {
        assertThat(post(client, "/v2", BodyPublishers.noBody()).statusCode()).isEqualTo(404);
        var get = TestTls.post(edge.port(), "/v1", BodyPublishers.noBody()).GET().build();
        assertThat(client.send(get, BodyHandlers.discarding()).statusCode()).isEqualTo(405);
        var form = TestTls.post(edge.port(), "/v1", BodyPublishers.noBody())
                .setHeader("Content-Type", "application/x-www-form-urlencoded").build();
        assertThat(client.send(form, BodyHandlers.discarding()).statusCode()).isEqualTo(415);
    }

    @Test
    void oversizedBodyIsRefusedWhetherDeclaredOrNot() throws Exception {
        byte[] large = new byte[BOUND + 1];
        assertThat(post(client, "/v1", BodyPublishers.ofByteArray(large)).statusCode()).isEqualTo(413);
        BodyPublisher undeclared = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large));
        assertThat(post(client, "/v1", undeclared).statusCode()).isEqualTo(413);
        assertThat(post(client, "/v1", BodyPublishers.ofByteArray(new byte[BOUND])).statusCode()).isEqualTo(200);
    }

    @Test
    void thousandsWaitOnOneConnectionWithoutAThreadEach() throws Exception {
        edge.close();
        startEdge(Duration.ofMinutes(2)); // thousands of bodies take their time on a busy machine
        post(client, "/v1", BodyPublishers.ofByteArray(new byte[1]));
        List<CompletableFuture<HttpResponse<byte[]>>> waiting = new ArrayList<>();
        echo.arrived = new CountDownLatch(UNDER_WAY);
        for (int i = 0; i < UNDER_WAY; i++) {
            waiting.add(client.sendAsync(TestTls.post(edge.port(), "/v1", WAIT).build(), BodyHandlers.ofByteArray()));
        }
        assertThat(echo.arrived.await(120, TimeUnit.SECONDS)).isTrue();
        assertThat(Thread.getAllStackTraces().keySet()).filteredOn(thread -> thread.getName().startsWith("edge-"))
                .isNotEmpty().hasSizeLessThanOrEqualTo(THREADS);
        HttpClient other = tls.anonymous(HttpClient.Version.HTTP_2);
        assertThat(post(other, "/v1", WAIT).statusCode()).as("one too many").isEqualTo(503);
        echo.gate.complete(null);
        waiting.forEach(one -> assertThat(one.join().statusCode()).isEqualTo(200));
    }

    @Test
    void longWaitIsNotAnIdleConnection() throws Exception {
        CompletableFuture<HttpResponse<byte[]>> waiting =
                client.sendAsync(TestTls.post(edge.port(), "/v1", WAIT).build(), BodyHandlers.ofByteArray());
        CompletableFuture.delayedExecutor(2_000, TimeUnit.MILLISECONDS).execute(() -> echo.gate.complete(null));
        assertThat(waiting.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void bodyThatStopsComingIsGivenUp() throws Exception {
        try (Socket socket = tls.context(null).getSocketFactory().createSocket("127.0.0.1", edge.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(("POST /v1 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n"
                    + "Content-Type: application/x-protobuf\r\n\r\n12345").getBytes(StandardCharsets.US_ASCII));
            String said = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(said).startsWith("HTTP/1.1 500").contains("Content-Length: 0").doesNotContain("Jetty");
        }
        assertThat(echo.lastPeer).isNull();
    }

    @Test
    void peerThatWentAwayIsNotWaitedFor() throws Exception {
        echo.arrived = new CountDownLatch(1);
        var waiting = client.sendAsync(TestTls.post(edge.port(), "/v1", WAIT).build(), BodyHandlers.discarding());
        assertThat(echo.arrived.await(10, TimeUnit.SECONDS)).isTrue();
        waiting.cancel(true);
        assertThat(echo.cancelled.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void closingLetsRequestsUnderWayEnd() throws Exception {
        echo.arrived = new CountDownLatch(1);
        HttpClient old = tls.anonymous(HttpClient.Version.HTTP_1_1);
        var waiting = old.sendAsync(TestTls.post(edge.port(), "/v1", WAIT).build(), BodyHandlers.ofByteArray());
        assertThat(echo.arrived.await(10, TimeUnit.SECONDS)).isTrue();
        CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS).execute(() -> echo.gate.complete(null));
        edge.close();
        assertThat(waiting.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    private static final BodyPublisher WAIT = BodyPublishers.ofByteArray(new byte[] {1, 2});

    private HttpResponse<byte[]> post(HttpClient by, String path, BodyPublisher body) throws Exception {
        return by.send(TestTls.post(edge.port(), path, body).build(), BodyHandlers.ofByteArray());
    }

    /** Sends bodies back; those of two bytes when the gate opens. */
    private static final class Echo implements Endpoint {
        final CompletableFuture<Void> gate = new CompletableFuture<>();
        final CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
        volatile CountDownLatch arrived = new CountDownLatch(0);
        volatile Peer lastPeer;

        @Override
        public int largest(Peer peer) {
            return BOUND;
        }

        @Override
        public CompletableFuture<Answer> answer(Peer peer, byte[] body, Permit permit) {
            lastPeer = peer;
            if (body.length != 2) {
                return CompletableFuture.completedFuture(new Answer(200, body));
            }
            CompletableFuture<Answer> answer = gate.thenApply(open -> new Answer(200, body));
            answer.whenComplete((sent, failure) -> cancelled.complete(answer.isCancelled()));
            arrived.countDown();
            return answer;
        }

        @Override
        public CompletableFuture<Answer> refuse(Peer peer, Refusal refusal) {
            return CompletableFuture.completedFuture(new Answer(refusal.code().httpStatus(), new byte[0]));
        }
    }
}
