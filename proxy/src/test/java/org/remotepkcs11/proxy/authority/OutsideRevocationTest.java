package org.remotepkcs11.proxy.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/** Users of another PKI, which revokes by {@code openssl ca} and answers by {@code openssl ocsp}. */
class OutsideRevocationTest {
    private final Authority own = Authority.create(Instant.now());
    @TempDir
    private Path dir;
    private OpensslAuthority outside;
    private X509Certificate uma;
    private Instant now;

    @BeforeEach
    void issue() throws Exception {
        outside = new OpensslAuthority(dir);
        uma = outside.issue("uma");
        // The JDK takes a certificate that was revoked after the moment of which it is asked.
        now = Instant.now().plusSeconds(30);
    }

    @AfterEach
    void stop() throws Exception {
        outside.close();
    }

    private ClientCertificate judge(Revocation revocation, X509Certificate certificate) throws Exception {
        return new ClientCertificates(own.certificate(), List.of(outside.certificate()), revocation)
                .judge(List.of(certificate), now);
    }

    private void refused(ErrorCode code, Revocation revocation) {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> judge(revocation, uma))
                .extracting(RefusedException::code).isEqualTo(code);
    }

    private static Revocation lists(Path file, boolean acceptsUnknown) {
        return new Revocation(List.of(file), false, Optional.empty(), acceptsUnknown);
    }

    private static Revocation responder(String address, boolean acceptsUnknown) {
        return new Revocation(List.of(), false, Optional.of(address), acceptsUnknown);
    }

    @Test
    void certificateOnTheListIsRefusedFromTheMomentTheListIsReplaced() throws Exception {
        Revocation lists = lists(outside.list(), false);
        assertThat(judge(lists, uma).judgedUntil()).isEqualTo(now.plus(Revocation.SERVES));
        outside.revoke("uma");
        judge(lists, uma);
        outside.list();
        refused(ErrorCode.CERTIFICATE_REVOKED, lists);
        refused(ErrorCode.CERTIFICATE_REVOKED, lists(outside.list(), true));
    }

    @Test
    void certificateThatTheResponderCallsRevokedIsRefused() throws Exception {
        judge(responder(outside.respond(), false), uma);
        outside.revoke("uma");
        refused(ErrorCode.CERTIFICATE_REVOKED, responder(outside.respond(), false));
    }

    @Test
    void whatCannotBeFoundOutIsRefusedUnlessTheOperatorSaysOtherwise() throws Exception {
        Path missing = dir.resolve("missing.pem");
        refused(ErrorCode.REVOCATION_UNKNOWN, lists(missing, false));
        refused(ErrorCode.REVOCATION_UNKNOWN, responder("http://127.0.0.1:1", false));
        judge(responder("http://127.0.0.1:1", true), uma);
        judge(lists(missing, true), uma);
        Path empty = Files.writeString(dir.resolve("empty.pem"), "");
        refused(ErrorCode.REVOCATION_UNKNOWN, lists(empty, false));
        judge(lists(empty, true), uma);
    }

    @Test
    void listServesWhereTheResponderDoesNotAnswer() throws Exception {
        outside.revoke("uma");
        refused(ErrorCode.CERTIFICATE_REVOKED,
                new Revocation(List.of(outside.list()), false, Optional.of("http://127.0.0.1:1"), false));
    }

    /** A certificate must not be able to send the proxy anywhere. */
    @Test
    void listsAreFetchedFromWhereACertificateSaysOnlyIfTheOperatorWantsIt() throws Exception {
        Path folder = Files.createDirectory(dir.resolve("points"));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        AtomicInteger fetched = new AtomicInteger();
        outside = new OpensslAuthority(folder,
                "crlDistributionPoints = URI:http://127.0.0.1:" + server.getAddress().getPort() + "/list");
        uma = outside.issue("uma");
        outside.revoke("uma");
        byte[] list = Files.readAllBytes(outside.list());
        server.createContext("/list", exchange -> {
            fetched.incrementAndGet();
            exchange.sendResponseHeaders(200, list.length);
            exchange.getResponseBody().write(list);
            exchange.close();
        });
        server.start();
        try {
            refused(ErrorCode.REVOCATION_UNKNOWN, lists(dir.resolve("missing.pem"), false));
            assertThat(fetched).hasValue(0);
            refused(ErrorCode.CERTIFICATE_REVOKED, new Revocation(List.of(), true, Optional.empty(), false));
            assertThat(fetched).hasPositiveValue();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void nobodyWaitsForAResponderThatDoesNotAnswerAndItIsAskedOnce() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            ClientCertificates certificates = new ClientCertificates(own.certificate(), List.of(outside.certificate()),
                    responder("http://127.0.0.1:" + silent.getLocalPort(), false));
            List<X509Certificate> chain = List.of(uma);
            ClientCertificate vouched = certificates.vouched(chain, now);
            List<CompletableFuture<ClientCertificate>> answers = new ArrayList<>();
            for (int connection = 0; connection < 100; connection++) {
                answers.add(certificates.inquire(vouched, chain, now));
            }
            Socket only = silent.accept();
            assertThat(answers).noneMatch(CompletableFuture::isDone);
            silent.setSoTimeout(200);
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(silent::accept);
            only.close();
            assertThat(answers).allSatisfy(answer -> assertThat(answer).failsWithin(Duration.ofMinutes(1))
                    .withThrowableOfType(ExecutionException.class).havingCause()
                    .matches(cause -> ((RefusedException) cause).code() == ErrorCode.REVOCATION_UNKNOWN));
        }
    }

    @Test
    void manyWhoseAuthorityDoesNotAnswerAreTurnedAwayAtOnce() throws Exception {
        Inquiries inquiries = new Inquiries();
        CompletableFuture<ClientCertificate> answered = new CompletableFuture<>();
        int room = Inquiries.AT_ONCE + Inquiries.WAITING;
        List<CompletableFuture<ClientCertificate>> answers = new ArrayList<>();
        for (int i = 0; i <= room; i++) {
            X509Certificate another = own.issueUser(Keys.p256().getPublic(), "user", now, Authority.USER_LIFE);
            answers.add(inquiries.ask(another, now, answered::get));
        }
        assertThat(answers.get(room)).isCompletedExceptionally();
        assertThat(answers.subList(0, room)).noneMatch(CompletableFuture::isDone);
        ClientCertificate certificate = ClientCertificate.of(uma);
        answered.complete(certificate);
        assertThat(answers.subList(0, room)).allSatisfy(answer ->
                assertThat(answer).succeedsWithin(Duration.ofMinutes(1)).isEqualTo(certificate));
    }

    @Test
    void proxysOwnUsersAreNotAskedAbout() throws Exception {
        X509Certificate ugo = own.issueUser(Keys.p256().getPublic(), "ugo", now, Authority.USER_LIFE);
        assertThat(judge(responder("http://127.0.0.1:1", false), ugo).judgedUntil()).isEqualTo(Instant.MAX);
    }
}
