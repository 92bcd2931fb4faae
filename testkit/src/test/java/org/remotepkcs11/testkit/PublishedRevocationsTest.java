package org.remotepkcs11.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.time.Duration;
import java.util.Date;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Outcome;

/** What a verifier needs lies where the delegation certificate says: OpenSSL fetches it from a web server. */
class PublishedRevocationsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;
    private HttpServer web;
    private TestProxy proxy;

    @BeforeEach
    void serve() throws Exception {
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/", this::handOut);
        web.start();
        String base = "http://127.0.0.1:" + web.getAddress().getPort() + "/";
        proxy = TestProxy.builder().limits(Limits.NONE.withWarranty()).setting("warranty.folder", folder.toString())
                .setting("warranty.certificate.url", base + "delegations.cer")
                .setting("warranty.revocations.url", base + "delegations.crl").start();
    }

    @AfterEach
    void stop() {
        proxy.close();
        web.stop(0);
    }

    private void handOut(HttpExchange exchange) throws IOException {
        byte[] file = Files.readAllBytes(folder.resolve(exchange.getRequestURI().getPath().substring(1)));
        exchange.sendResponseHeaders(200, file.length);
        exchange.getResponseBody().write(file);
        exchange.close();
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("still not after %s", PATIENCE).isLessThan(end);
            Thread.sleep(100);
        }
    }

    private X509CRL list() throws Exception {
        return (X509CRL) CertificateFactory.getInstance("X.509")
                .generateCRL(new ByteArrayInputStream(Files.readAllBytes(folder.resolve("delegations.crl"))));
    }

    /** By what stands in the user's certificate alone, and the authority's certificate, which the verifier trusts. */
    private String verdict() throws IOException {
        return Command.of("sh", "-c", "cd \"$0\" && openssl verify -CAfile trusted.pem -crl_check -crl_download ugo.pem 2>&1; true",
                folder.toString()).run();
    }

    private void keepTheCertificates() throws Exception {
        Outcome.Opened opened = proxy.client(proxy.user()).open();
        Files.write(folder.resolve("ugo.der"), opened.snapshot().orElseThrow().cards().get(0).certificates().get(0).der());
        Command.of("sh", "-c", "cd \"$0\" && openssl x509 -inform DER -in ugo.der -out ugo.pem"
                + " && openssl x509 -inform DER -in delegations.cer -out trusted.pem", folder.toString()).run();
    }

    @Test
    void revokedDelegationIsRefusedByAVerifierThatLooksForItself() throws Exception {
        await(() -> Files.exists(folder.resolve("delegations.crl")));
        keepTheCertificates();
        assertThat(verdict()).contains("ugo.pem: OK");
        proxy.revoke();
        await(() -> verdict().contains("certificate revoked"));
    }

    @Test
    void listIsRenewedLongBeforeItEnds() throws Exception {
        await(() -> Files.exists(folder.resolve("delegations.crl")));
        Date first = list().getThisUpdate();
        proxy.moveClock(Duration.ofDays(2));
        await(() -> list().getThisUpdate().after(first));
        assertThat(list().getNextUpdate().toInstant()).isAfter(first.toInstant().plus(Duration.ofDays(7)));
    }
}
