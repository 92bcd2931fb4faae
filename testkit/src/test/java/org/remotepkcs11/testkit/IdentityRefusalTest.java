package org.remotepkcs11.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.testkit.Refusing.refusal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.cards.software.SoftwareKeyType;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Fingerprint;

class IdentityRefusalTest {
    @TempDir
    private Path folder;
    private TestAuthority outside;
    private TestProxy proxy;
    private LogView log;

    @BeforeEach
    void startProxy() throws Exception {
        outside = TestAuthority.named("Outside");
        String pem = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(outside.certificate().getEncoded())
                + "\n-----END CERTIFICATE-----\n";
        Path authorities = Files.writeString(folder.resolve("outside.pem"), pem);
        proxy = TestProxy.builder().softwareCard("Demo card", SoftwareKeyType.P_256)
                .setting("user.authorities", authorities.toString()).start();
        log = LogView.now(proxy);
    }

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    @Test
    void userWithoutCertificateIsRefused() throws Exception {
        try (WireClient client = WireClient.withoutCertificate(proxy.wire(), proxy.user().keys())) {
            refusal(ErrorCode.CERTIFICATE_MISSING, client::open);
        }
        assertThat(log.onlyRefusal(ErrorCode.CERTIFICATE_MISSING).evidence()).isEmpty();
    }

    @Test
    void expiredCertificateIsRefused() throws Exception {
        proxy.moveClock(Duration.ofDays(366));
        refusal(ErrorCode.CERTIFICATE_EXPIRED, () -> proxy.client(proxy.user()).open());
        assertThat(log.onlyRefusal(ErrorCode.CERTIFICATE_EXPIRED).caller())
                .isEqualTo(Fingerprint.of(proxy.user().keys().getPublic()));
    }

    @Test
    void certificateThatExpiresDuringTheSessionIsRefused() throws Exception {
        Asking user = Asking.of(proxy);
        proxy.moveClock(Duration.ofDays(366));
        refusal(ErrorCode.CERTIFICATE_EXPIRED, () -> user.client().ask(user.use(), user.secret(proxy.virtualPin())));
    }

    @Test
    void certificateOfUnknownAuthorityIsRefused() throws Exception {
        X509Certificate strange =
                TestAuthority.named("Strange").issue("ugo", proxy.user().keys().getPublic());
        try (WireClient client = WireClient.of(proxy.wire(), proxy.user().keys(), List.of(strange))) {
            refusal(ErrorCode.CERTIFICATE_UNTRUSTED, client::open);
        }
        log.onlyRefusal(ErrorCode.CERTIFICATE_UNTRUSTED);
    }

    @Test
    void keyThatIsNotEnrolledIsRefused() throws Exception {
        KeyPair unknown = UserKey.P_256.generate();
        try (WireClient client = outsider(unknown)) {
            refusal(ErrorCode.USER_UNKNOWN, client::open);
        }
        log.onlyRefusal(ErrorCode.USER_UNKNOWN);
    }

    @Test
    void disabledUserIsRefused() throws Exception {
        Asking user = Asking.of(proxy);
        proxy.owner().disable("ugo");
        log = LogView.now(proxy);
        refusal(ErrorCode.USER_DISABLED, () -> user.client().ask(user.use(), user.secret(proxy.virtualPin())));
        assertThat(log.onlyRefusal(ErrorCode.USER_DISABLED).evidence()).isPresent();
    }

    @Test
    void requestSignedByAnotherKeyThanTlsProvesIsRefused() throws Exception {
        TestUser other = proxy.enroll("otto", UserKey.P_256);
        log = LogView.now(proxy);
        try (WireClient client = WireClient.of(proxy.wire(), other.keys(), other.chain(), proxy.user().keys())) {
            refusal(ErrorCode.SIGNATURE_WRONG, client::open);
        }
        assertThat(log.onlyRefusal(ErrorCode.SIGNATURE_WRONG).evidence()).isEmpty();
    }

    private WireClient outsider(KeyPair keys) throws Exception {
        return WireClient.of(proxy.wire(), keys, List.of(outside.issue("Nobody", keys.getPublic())));
    }
}
