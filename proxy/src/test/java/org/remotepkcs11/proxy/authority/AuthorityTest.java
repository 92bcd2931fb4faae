package org.remotepkcs11.proxy.authority;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorityTest {
    @TempDir
    private Path folder;
    private OpenSsl openssl;
    private final Instant now = Instant.now();
    private final Authority authority = Authority.create(now);

    @BeforeEach
    void writeAuthority() throws Exception {
        openssl = new OpenSsl(folder);
        openssl.write("authority.pem", authority.certificate());
    }

    @Test
    void opensslAcceptsUserCertificateForClientsOnly() throws Exception {
        openssl.write("user.pem", authority.issueUser(Keys.ed25519().getPublic(), "Uma", now, Authority.USER_LIFE));
        assertThat(verify("-purpose", "sslclient", "user.pem")).contains("user.pem: OK");
        assertThat(verify("-purpose", "sslserver", "user.pem")).startsWith("FAILED");
    }

    @Test
    void opensslAcceptsServerCertificateForItsNamesOnly() throws Exception {
        List<String> names = List.of("proxy.example.org", "127.0.0.1", "::1");
        openssl.write("server.pem", authority.issueServer(Keys.p256().getPublic(), names, now));
        assertThat(verify("-purpose", "sslserver", "-verify_hostname", "proxy.example.org", "server.pem"))
                .contains("OK");
        assertThat(verify("-purpose", "sslserver", "-verify_ip", "::1", "server.pem")).contains("OK");
        assertThat(verify("-verify_hostname", "other.example.org", "server.pem")).startsWith("FAILED");
        assertThat(verify("-purpose", "sslclient", "server.pem")).startsWith("FAILED");
    }

    @Test
    void opensslAcceptsReplySignerUnderAuthority() throws Exception {
        openssl.write("replies.pem", authority.issueReplySigner(Keys.p256().getPublic(), now));
        assertThat(verify("replies.pem")).contains("OK");
    }

    @Test
    void userCannotIssueCertificates() throws Exception {
        X509Certificate user = authority.issueUser(Keys.p256().getPublic(), "Uma", now, Authority.USER_LIFE);
        assertThat(user.getBasicConstraints()).isEqualTo(-1);
        assertThat(user.getKeyUsage()[5]).isFalse();
    }

    @Test
    void nothingOutlivesTheAuthority() {
        X509Certificate user = authority.issueUser(Keys.p256().getPublic(), "Uma", now, Duration.ofDays(40 * 365));
        assertThat(user.getNotAfter()).isEqualTo(authority.certificate().getNotAfter());
    }

    @Test
    void nameCannotAddOtherAttributes() {
        X509Certificate user =
                authority.issueUser(Keys.p256().getPublic(), "Uma,O=Bank+C=CH", now, Authority.USER_LIFE);
        assertThat(user.getSubjectX500Principal().getName()).isEqualTo("CN=Uma\\,O\\=Bank\\+C\\=CH");
    }

    @Test
    void serialNumbersAreUnique() {
        Set<Object> serials = new HashSet<>();
        PublicKey key = Keys.p256().getPublic();
        for (int i = 0; i < 100; i++) {
            serials.add(authority.issueUser(key, "Uma", now, Authority.USER_LIFE).getSerialNumber());
        }
        assertThat(serials).hasSize(100);
    }

    private String verify(String... arguments) throws Exception {
        String[] all = new String[arguments.length + 4];
        System.arraycopy(new String[] {"verify", "-x509_strict", "-CAfile", "authority.pem"}, 0, all, 0, 4);
        System.arraycopy(arguments, 0, all, 4, arguments.length);
        return openssl.run(all);
    }
}
