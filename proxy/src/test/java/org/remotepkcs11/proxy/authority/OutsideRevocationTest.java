package org.remotepkcs11.proxy.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
        now = Instant.now();
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
        return new Revocation(List.of(file), Optional.empty(), acceptsUnknown);
    }

    private static Revocation responder(String address, boolean acceptsUnknown) {
        return new Revocation(List.of(), Optional.of(address), acceptsUnknown);
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
                new Revocation(List.of(outside.list()), Optional.of("http://127.0.0.1:1"), false));
    }

    @Test
    void proxysOwnUsersAreNotAskedAbout() throws Exception {
        X509Certificate ugo = own.issueUser(Keys.p256().getPublic(), "ugo", now, Authority.USER_LIFE);
        assertThat(judge(responder("http://127.0.0.1:1", false), ugo).judgedUntil()).isEqualTo(Instant.MAX);
    }
}
