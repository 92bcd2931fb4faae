package org.remotepkcs11.proxy.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.authority.Authority;
import org.remotepkcs11.proxy.authority.Keys;
import org.remotepkcs11.wire.Id;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

/** Mails to SubEtha SMTP, which speaks STARTTLS. */
class MailTargetTest {
    private static final byte[] MESSAGE = "Content-Type: text/plain\r\n\r\nsealed\r\n".getBytes(StandardCharsets.US_ASCII);
    private final Authority authority = Authority.create(Instant.now());
    private final Queue<String> mails = new ConcurrentLinkedQueue<>();
    @TempDir
    private Path folder;
    private SMTPServer server;

    @AfterEach
    void stop() {
        server.stop();
    }

    private void serve(String name, boolean tls) throws Exception {
        server = SMTPServer.port(0).bindAddress(InetAddress.getLoopbackAddress()).enableTLS(tls)
                .startTlsSocketFactory(certified(name)).authenticationHandlerFactory(
                        new EasyAuthenticationHandlerFactory((user, password, context) -> {
                            if (!user.equals("proxy") || !password.equals("mail secret")) {
                                throw new LoginFailedException();
                            }
                        }))
                .messageHandler((context, from, to, data) -> mails.add(from + " to "
                        + to + ": " + new String(data, StandardCharsets.US_ASCII))).build();
        server.start();
    }

    private SSLContext certified(String name) throws Exception {
        KeyPair pair = Keys.p256();
        X509Certificate certificate = authority.issueServer(pair.getPublic(), List.of(name), Instant.now());
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", pair.getPrivate(), new char[0],
                new Certificate[] {certificate, authority.certificate()});
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private Path pem(X509Certificate certificate) throws Exception {
        return Files.writeString(folder.resolve("authorities.pem"), "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(certificate.getEncoded()) + "\n-----END CERTIFICATE-----\n");
    }

    private void deliver(boolean tls, Optional<String> user, X509Certificate trusted) throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "mail secret\n");
        MailSettings settings = new MailSettings("127.0.0.1", server.getPortAllocated(), "proxy@example.org",
                List.of("olivia@example.org"), tls, user, Optional.of(password), Optional.of(pem(trusted)));
        new MailTarget(settings).deliver(new Parcel(Parcel.Kind.LOG, Id.random(),
                "key", Instant.now(), new Parcel.Range(3, 7), new byte[0]), MESSAGE);
    }

    @Test
    void mailIsDeliveredByStartTlsToWhoLoggedIn() throws Exception {
        serve("127.0.0.1", true);
        deliver(true, Optional.of("proxy"), authority.certificate());
        assertThat(mails).singleElement().asString().contains("proxy@example.org to olivia@example.org").contains("sealed");
    }

    @Test
    void serverWithoutStartTlsGetsNothingIfItIsRequired() throws Exception {
        serve("127.0.0.1", false);
        assertThatIOException().isThrownBy(() -> deliver(true, Optional.empty(), authority.certificate()))
                .withMessageContaining("STARTTLS");
        deliver(false, Optional.empty(), authority.certificate());
        assertThat(mails).hasSize(1);
    }

    @Test
    void serverOfAnotherNameOrOfAnotherAuthorityGetsNothing() throws Exception {
        serve("mail.example.org", true);
        assertRefused(authority.certificate());
        assertRefused(Authority.create(Instant.now()).certificate());
        assertThat(mails).isEmpty();
    }

    private void assertRefused(X509Certificate trusted) {
        assertThatIOException().isThrownBy(() -> deliver(true, Optional.empty(), trusted))
                .withMessageContaining("did not take it");
    }
}
