package org.remotepkcs11.wire.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.x509.GeneralName;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.MessageBounds;
import org.remotepkcs11.wire.RefusedException;

class HttpTransportTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final byte[] MESSAGE = {1, 2, 3};
    private static final TestServer.Answer ECHO = (request, response, body) -> body;

    private static TestAuthority authority;

    @BeforeAll
    static void makeAuthority() throws Exception {
        authority = new TestAuthority();
    }

    private static HttpTransport client(URI url) throws Exception {
        return HttpTransport.mutual(url, authority.issueForClient(), authority.trust());
    }

    private static RefusedException refusal(URI url, Duration deadline) throws Exception {
        try (HttpTransport transport = client(url)) {
            return catchThrowableOfType(RefusedException.class, () -> transport.post("/v1", MESSAGE, deadline));
        }
    }

    @Test
    void messageTravelsOverHttp2AndTls13WithTheUsersCertificate() throws Exception {
        TestServer.Answer tell = (request, response, body) -> {
            return String.join(" ", request.getMethod(), Request.getPathInContext(request),
                    request.getHeaders().get(HttpHeader.CONTENT_TYPE), request.getConnectionMetaData().getProtocol(),
                    tls(request).sslSession().getProtocol(),
                    tls(request).peerCertificates()[0].getIssuerX500Principal().getName()).getBytes();
        };
        try (TestServer server = new TestServer(authority.issueForLoopback(), tell);
             HttpTransport transport = client(server.url())) {
            assertThat(new String(transport.post("/v1", MESSAGE, SOON)))
                    .isEqualTo("POST /v1 application/x-protobuf HTTP/2.0 TLSv1.3 CN=test authority");
            assertThat(transport.requests()).isEqualTo(1);
        }
    }

    @Test
    void enrolmentShowsNoCertificate() throws Exception {
        TestServer.Answer tell = (request, response, body) ->
                new byte[] {(byte) (tls(request).peerCertificates() == null ? 0 : 1)};
        try (TestServer server = new TestServer(authority.issueForLoopback(), tell);
             HttpTransport transport = HttpTransport.serverOnly(server.url(), authority.trust())) {
            assertThat(transport.post("/v1/enroll", MESSAGE, SOON)).containsExactly(0);
        }
    }

    private static EndPoint.SslSessionData tls(Request request) {
        return (EndPoint.SslSessionData) request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE);
    }

    @ParameterizedTest
    @CsvSource({"200", "401", "403", "409", "413", "421", "500", "502", "503", "504"})
    void messageIsReturnedWhateverTheStatus(int status) throws Exception {
        TestServer.Answer refuse = (request, response, body) -> {
            response.setStatus(status);
            response.getHeaders().put(HttpHeader.RETRY_AFTER, "0");
            return body;
        };
        try (TestServer server = new TestServer(authority.issueForLoopback(), refuse);
             HttpTransport transport = client(server.url())) {
            assertThat(transport.post("/v1", MESSAGE, SOON)).isEqualTo(MESSAGE);
            assertThat(server.requests).hasValue(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"404, REPLY_INVALID", "413, MESSAGE_TOO_LARGE", "429, PROXY_BUSY", "503, PROXY_BUSY", "307, REPLY_INVALID"})
    void statusWithoutMessageIsRefused(int status, ErrorCode expected) throws Exception {
        TestServer.Answer page = (request, response, body) -> {
            response.setStatus(status);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/html");
            response.getHeaders().put(HttpHeader.LOCATION, "/elsewhere");
            return body;
        };
        try (TestServer server = new TestServer(authority.issueForLoopback(), page)) {
            assertThat(refusal(server.url(), SOON).code()).isEqualTo(expected);
            assertThat(server.requests).hasValue(1);
        }
    }

    @Test
    void replyBeyondTheBoundIsRefused() throws Exception {
        TestServer.Answer flood = (request, response, body) -> new byte[MessageBounds.MAX_REPLY_BYTES + 1];
        try (TestServer server = new TestServer(authority.issueForLoopback(), flood)) {
            assertThat(refusal(server.url(), SOON).code()).isEqualTo(ErrorCode.REPLY_INVALID);
        }
    }

    @Test
    void largestMessagesTravel() throws Exception {
        byte[] largest = new byte[MessageBounds.MAX_REQUEST_BYTES];
        Arrays.fill(largest, (byte) 7);
        TestServer.Answer many = (request, response, body) -> Arrays.copyOf(body, MessageBounds.MAX_REPLY_BYTES);
        try (TestServer server = new TestServer(authority.issueForLoopback(), many);
             HttpTransport transport = client(server.url())) {
            assertThat(transport.post("/v1", largest, SOON)).hasSize(MessageBounds.MAX_REPLY_BYTES).startsWith(largest);
        }
    }

    @Test
    void requestBeyondTheBoundIsNotSent() throws Exception {
        try (HttpTransport transport = client(URI.create("https://127.0.0.1:1"))) {
            RefusedException refused = catchThrowableOfType(RefusedException.class,
                    () -> transport.post("/v1", new byte[MessageBounds.MAX_REQUEST_BYTES + 1], SOON));
            assertThat(refused.code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
            assertThat(transport.requests()).isZero();
        }
    }

    @Test
    void certificateOfAnotherAuthorityIsUntrusted() throws Exception {
        try (TestServer server = new TestServer(new TestAuthority().issueForLoopback(), ECHO)) {
            RefusedException refused = refusal(server.url(), SOON);
            assertThat(refused.code()).isEqualTo(ErrorCode.PROXY_UNTRUSTED);
            assertThat(refused).hasMessageContaining("127.0.0.1:" + server.port());
            assertThat(server.requests).hasValue(0);
        }
    }

    @Test
    void certificateForAnotherHostIsUntrusted() throws Exception {
        GeneralName other = new GeneralName(GeneralName.dNSName, "other.example.org");
        try (TestServer server = new TestServer(authority.issue(other), ECHO)) {
            RefusedException refused = refusal(server.url(), SOON);
            assertThat(refused.code()).isEqualTo(ErrorCode.PROXY_UNTRUSTED);
            assertThat(server.requests).hasValue(0);
        }
    }

    @Test
    void oldTlsIsUnreachable() throws Exception {
        TestServer.Settings old = new TestServer.Settings("TLSv1.2", true, 100);
        try (TestServer server = new TestServer(authority.issueForLoopback(), old, ECHO)) {
            assertThat(refusal(server.url(), SOON).code()).isEqualTo(ErrorCode.UNREACHABLE);
        }
    }

    @Test
    void serverWithoutHttp2GetsNoRequest() throws Exception {
        TestServer.Settings old = new TestServer.Settings("TLSv1.3", false, 100);
        try (TestServer server = new TestServer(authority.issueForLoopback(), old, ECHO)) {
            RefusedException refused = refusal(server.url(), SOON);
            assertThat(refused.code()).isEqualTo(ErrorCode.UNREACHABLE);
            assertThat(refused).hasMessageContaining("http/2");
            assertThat(server.requests).hasValue(0);
        }
    }

    @Test
    void closedPortIsUnreachable() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        RefusedException refused = refusal(URI.create("https://127.0.0.1:" + port), SOON);
        assertThat(refused.code()).isEqualTo(ErrorCode.UNREACHABLE);
        assertThat(refused).hasMessageContaining("nothing accepts connections at 127.0.0.1:" + port);
    }

    @Test
    void unknownHostIsUnreachable() throws Exception {
        RefusedException refused = refusal(URI.create("https://proxy.invalid:8443"), SOON);
        assertThat(refused.code()).isEqualTo(ErrorCode.UNREACHABLE);
        assertThat(refused).hasMessageContaining("proxy.invalid:8443 is unknown");
    }

    @Test
    void silentServerPassesTheDeadline() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        TestServer.Answer silence = (request, response, body) -> {
            over.await();
            return body;
        };
        try (TestServer server = new TestServer(authority.issueForLoopback(), silence)) {
            RefusedException refused = refusal(server.url(), Duration.ofMillis(700));
            over.countDown();
            assertThat(refused.code()).isEqualTo(ErrorCode.DEADLINE_PASSED);
            assertThat(refused).hasMessageContaining("127.0.0.1:" + server.port() + " within 700 ms");
        }
    }

    @Test
    void callsUnderWayEndWhenTheTransportIsClosed() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        TestServer.Answer silence = (request, response, body) -> {
            arrived.countDown();
            over.await();
            return body;
        };
        try (TestServer server = new TestServer(authority.issueForLoopback(), silence)) {
            HttpTransport transport = client(server.url());
            FutureTask<RefusedException> call = new FutureTask<>(() -> catchThrowableOfType(RefusedException.class,
                    () -> transport.post("/v1", MESSAGE, SOON)));
            new Thread(call).start();
            assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
            transport.close();
            over.countDown();
            assertThat(call.get()).hasMessageContaining("closed");
        }
    }

    @Test
    void interruptedCallerIsAnsweredAtOnce() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        Thread caller = Thread.currentThread();
        TestServer.Answer interrupt = (request, response, body) -> {
            caller.interrupt();
            over.await();
            return body;
        };
        try (TestServer server = new TestServer(authority.issueForLoopback(), interrupt)) {
            RefusedException refused = refusal(server.url(), SOON);
            assertThat(Thread.interrupted()).isTrue();
            over.countDown();
            assertThat(refused).hasMessageContaining("interrupted");
        }
    }
}
