package org.remotepkcs11.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.testkit.Refusing.refusal;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.wire.EnrollmentCode;
import org.remotepkcs11.wire.EnrollmentReply;
import org.remotepkcs11.wire.EnrollmentRequest;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.MessageBounds;
import org.remotepkcs11.wire.Role;

@TestInstance(Lifecycle.PER_CLASS)
class EnrollmentTest {
    @TempDir
    private Path folder;
    private TestProxy proxy;

    @BeforeAll
    void startProxy() throws Exception {
        proxy = TestProxy.start();
    }

    @AfterAll
    void closeProxy() {
        proxy.close();
    }

    @ParameterizedTest
    @EnumSource
    void everyKindOfKeyEnrolsAndWorks(UserKey key) throws Exception {
        LogView log = LogView.now(proxy);
        TestUser user = proxy.enroll("user " + key, key);
        assertThat(user.chain().get(0).getSubjectX500Principal().getName()).isEqualTo("CN=user " + key);
        assertThat(proxy.client(user).open().snapshot().orElseThrow().cards()).isEmpty();
        assertThat(log.news(AuditEntry.Happened.class)).extracting(AuditEntry.Happened::what).contains("enrolled");
    }

    @Test
    void codeWorksOnceEvenInARace() throws Exception {
        EnrollmentRequest request = request(invite("racer", Duration.ofHours(1)), UserKey.P_256);
        List<CompletableFuture<EnrollmentReply>> replies = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> ask(request), task -> new Thread(task).start()))
                .toList();
        assertThat(replies).filteredOn(reply -> reply.join() instanceof EnrollmentReply.Enrolled).hasSize(1);
        assertThat(replies).filteredOn(reply -> reply.join() instanceof EnrollmentReply.Refused).hasSize(7);
    }

    @Test
    void expiredCodeIsRefused() throws Exception {
        String code = invite("late", Duration.ofMinutes(5));
        proxy.moveClock(Duration.ofMinutes(6));
        LogView log = LogView.now(proxy);
        refusal(ErrorCode.CODE_INVALID, () -> enroll(code, UserKey.P_256));
        log.onlyRefusal(ErrorCode.CODE_INVALID);
    }

    @Test
    void codeThatNobodyMadeIsRefused() {
        String code = EnrollmentCode.fresh(proxy.wire().authority().getPublicKey()).text();
        refusal(ErrorCode.CODE_INVALID, () -> enroll(code, UserKey.P_256));
    }

    @Test
    void clientDoesNotTalkToAProxyThatDidNotMakeTheCode() throws Exception {
        KeyPair other = UserKey.P_256.generate();
        refusal(ErrorCode.PROXY_UNTRUSTED,
                () -> enroll(EnrollmentCode.fresh(other.getPublic()).text(), UserKey.P_256));
    }

    @Test
    void unsoundKeyIsRefusedAndLeavesTheCodeGood() throws Exception {
        String code = invite("weak", Duration.ofHours(1));
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        byte[] weak = Enrolling.certificationRequest(generator.generateKeyPair(), UserKey.RSA_2048);
        assertThat(ask(new EnrollmentRequest(code, weak))).isInstanceOfSatisfying(EnrollmentReply.Refused.class,
                refused -> assertThat(refused.refusal().code()).isEqualTo(ErrorCode.INPUT_INVALID));
        assertThat(enroll(code, UserKey.P_256).name()).isEqualTo("weak");
    }

    @Test
    void oversizedEnrolmentIsRefused() throws Exception {
        PlainHttp http = PlainHttp.of(proxy, proxy.user());
        HttpRequest request = HttpRequest.newBuilder(proxy.url().resolve("/v1/enroll"))
                .header("Content-Type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[MessageBounds.MAX_ENROLLMENT_BYTES + 1])).build();
        byte[] reply = http.client().send(request, BodyHandlers.ofByteArray()).body();
        assertThat(EnrollmentReply.decode(reply)).isInstanceOfSatisfying(EnrollmentReply.Refused.class,
                refused -> assertThat(refused.refusal().code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE));
    }

    private String invite(String name, Duration valid) throws Exception {
        return proxy.server().home().invite(name, Role.USER, valid);
    }

    private static EnrollmentRequest request(String code, UserKey key) throws Exception {
        return new EnrollmentRequest(code, Enrolling.certificationRequest(key.generate(), key));
    }

    private EnrollmentReply ask(EnrollmentRequest request) {
        try {
            return new Enrolling(proxy.url()).ask(request);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private TestUser enroll(String code, UserKey key) throws Exception {
        return new Enrolling(proxy.url()).enroll(code, key, folder.resolve(code));
    }
}
