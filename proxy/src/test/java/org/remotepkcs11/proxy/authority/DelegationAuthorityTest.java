package org.remotepkcs11.proxy.authority;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.authority.DelegationAuthority.Asked;
import org.remotepkcs11.proxy.authority.DelegationAuthority.Published;

class DelegationAuthorityTest {
    private static final Warranty WARRANTY = new Warranty("olga", "alice", "00112233445566778899aabbccddeeff");

    @TempDir
    private Path folder;
    private OpenSsl openssl;
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final DelegationAuthority authority = DelegationAuthority.create(now);
    private final PublicKey key = Keys.p256().getPublic();

    @BeforeEach
    void prepare() {
        openssl = new OpenSsl(folder);
    }

    private X509Certificate issue(Optional<X509Certificate> owned, Optional<Instant> until) {
        return authority.issue(new Asked(WARRANTY, key, owned, now, until)).orElseThrow();
    }

    private String shown(X509Certificate certificate) throws Exception {
        openssl.write("shown.pem", certificate);
        return openssl.run("x509", "-in", "shown.pem", "-noout", "-text");
    }

    @Test
    void noticeStandsInThePolicy() throws Exception {
        assertThat(shown(issue(Optional.empty(), Optional.empty()))).contains("Policy: " + Warranty.POLICY)
                .contains("Explicit Text: signed by alice on behalf of olga, delegation #" + WARRANTY.delegation())
                .contains("serialNumber = " + WARRANTY.delegation()).contains("CN = alice on behalf of olga");
    }

    @Test
    void usesOfTheOwnersCertificateAreCopiedAndItIsNotOutlived() throws Exception {
        X509Certificate owned = Authority.create(now).issueServer(key, List.of("example.org"), now);
        X509Certificate issued = issue(Optional.of(owned), Optional.of(now.plus(Duration.ofDays(5000))));
        assertThat(issued.getKeyUsage()).isEqualTo(owned.getKeyUsage());
        assertThat(issued.getExtendedKeyUsage()).isEqualTo(owned.getExtendedKeyUsage());
        assertThat(issued.getNotAfter()).isEqualTo(owned.getNotAfter());
        assertThat(issued.getSubjectAlternativeNames()).isNull();
    }

    @Test
    void certificateThatWouldNeverBeValidIsNotIssued() {
        X509Certificate owned = Authority.create(now).issueServer(key, List.of("example.org"), now);
        Instant later = owned.getNotAfter().toInstant();
        assertThat(authority.issue(new Asked(WARRANTY, key, Optional.of(owned), later, Optional.empty()))).isEmpty();
    }

    @Test
    void placesWhereItIsPublishedStandInTheCertificate() throws Exception {
        DelegationAuthority published = DelegationAuthority.of(authority.key(), authority.certificate(),
                new Published(Optional.of("http://a.example/d.crt"), Optional.of("http://a.example/d.crl")));
        X509Certificate issued = published.issue(new Asked(WARRANTY, key, Optional.empty(), now, Optional.empty()))
                .orElseThrow();
        assertThat(shown(issued)).contains("CA Issuers - URI:http://a.example/d.crt")
                .contains("URI:http://a.example/d.crl");
    }

    @Test
    void longestNamesAreShortenedInTheNameAndWholeInTheNotice() throws Exception {
        String name = "n".repeat(64);
        X509Certificate issued = authority.issue(new Asked(new Warranty(name, name, WARRANTY.delegation()), key,
                Optional.empty(), now, Optional.empty())).orElseThrow();
        String brief = "n".repeat(24) + "…";
        assertThat(issued.getSubjectX500Principal().getName()).contains("CN=" + brief + " on behalf of " + brief);
        assertThat(shown(issued)).contains("signed by " + name + " on behalf of " + name);
    }

    @Test
    void laterListsHaveGreaterNumbers() throws Exception {
        openssl.write("authority.pem", authority.certificate());
        byte[] first = authority.revocations(List.of(), now).getEncoded();
        Files.write(folder.resolve("first.crl"), first);
        assertThat(openssl.run("crl", "-inform", "DER", "-in", "first.crl", "-CAfile", "authority.pem", "-noout"))
                .contains("verify OK");
        assertThat(authority.revocations(List.of(), now.plusMillis(1)).getExtensionValue("2.5.29.20"))
                .isNotEqualTo(authority.revocations(List.of(), now).getExtensionValue("2.5.29.20"));
    }
}
