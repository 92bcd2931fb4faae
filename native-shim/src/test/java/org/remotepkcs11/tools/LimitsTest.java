package org.remotepkcs11.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.spec.ECGenParameterSpec;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.crypto.Cipher;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.remotepkcs11.client.LastRefusal;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.TestUser;
import org.remotepkcs11.testkit.UserKey;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.WeeklyHours;

/** Each limit of a delegation as a user of pkcs11-tool meets it: inside it is done, outside it is refused by a number. */
@ExtendWith(DeskParameter.class)
class LimitsTest {
    private static final String PIN = "7012-virtual";
    /** {@code CKR_FUNCTION_REJECTED}, which OpenSC has no name for. */
    private static final String REJECTED = "0x200";

    private final Desk desk;
    private Path letter;

    LimitsTest(Desk desk) {
        this.desk = desk;
    }

    @BeforeEach
    void layOut() throws Exception {
        letter = desk.file("letter", "Dear Sir or Madam\n".getBytes(UTF_8));
    }

    private TestUser within(Limits limits) throws Exception {
        TestUser user = desk.proxy().enroll("limited " + Id.random().toString().substring(0, 8), UserKey.P_256);
        desk.proxy().owner().delegate(desk.proxy().card(Desk.TOKEN), user.name(), limits, PIN);
        return user;
    }

    private static Limits times(Instant from, Instant until) {
        return new Limits(Optional.ofNullable(from), Optional.ofNullable(until), 0, Set.of(), Set.of(), Set.of(), Set.of());
    }

    private static Limits only(Set<Long> mechanisms, Set<Operation.Kind> kinds, Set<Id> documents) {
        return new Limits(Optional.empty(), Optional.empty(), 0, Set.of(), mechanisms, kinds, documents);
    }

    private String tool(TestUser user, SoftHsmKey key, String act, String mechanism, Path data) throws Exception {
        return desk.command("env", "RPKCS11_CONFIG=" + user.configuration(), "pkcs11-tool", "--module",
                desk.module().toString(), "--token-label", Desk.TOKEN, "--login", "--pin", PIN, act, "-m", mechanism,
                "--id", key.hexId(), "-i", data.toString(), "-o", desk.file("made").toString()).run();
    }

    private String sign(TestUser user, String mechanism, Path data) throws Exception {
        return tool(user, SoftHsmKey.P_256, "--sign", mechanism, data);
    }

    private String decrypt(TestUser user) throws Exception {
        Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        cipher.init(Cipher.ENCRYPT_MODE, desk.publicKey(SoftHsmKey.RSA_2048));
        return tool(user, SoftHsmKey.RSA_2048, "--decrypt", "RSA-PKCS",
                desk.file("secret", cipher.doFinal("secret".getBytes(UTF_8))));
    }

    private String derive(TestUser user) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return tool(user, SoftHsmKey.P_256, "--derive", "ECDH1-DERIVE",
                desk.file("other.der", generator.generateKeyPair().getPublic().getEncoded()));
    }

    private void refused(TestUser user, String mechanism, Path data, ErrorCode code) {
        refused(() -> sign(user, mechanism, data), code);
    }

    /** The tool says the number; for that {@code rpkcs11 last-error} has the sentence. */
    private static void refused(ThrowingCallable use, ErrorCode code) {
        String number = code == ErrorCode.OPERATION_FORBIDDEN ? "CKR_KEY_FUNCTION_NOT_PERMITTED" : REJECTED;
        assertThat(catchThrowable(use)).isNotNull().hasMessageContaining(number);
        Refusal told = LastRefusal.read().orElseThrow().refusal();
        assertThat(told.code()).isEqualTo(code);
        assertThat(told.detail()).isNotBlank();
    }

    @Test
    void beforeAndAfterItsTimeNobodyLogsIn() throws Exception {
        Instant now = Instant.now();
        sign(within(times(now.minusSeconds(60), now.plusSeconds(3600))), "ECDSA-SHA256", letter);
        refused(within(times(now.plusSeconds(3600), null)), "ECDSA-SHA256", letter, ErrorCode.DELEGATION_NOT_YET);
        refused(within(times(null, now.minusSeconds(60))), "ECDSA-SHA256", letter, ErrorCode.DELEGATION_EXPIRED);
    }

    @Test
    void onOtherDaysNobodyLogsIn() throws Exception {
        WeeklyHours.Span other = new WeeklyHours.Span(
                Set.of(Instant.now().atZone(ZoneOffset.UTC).getDayOfWeek().plus(3)), 0, 1440);
        refused(within(Limits.NONE.withHours(new WeeklyHours(ZoneOffset.UTC, List.of(other)))), "ECDSA-SHA256", letter,
                ErrorCode.OUTSIDE_HOURS);
        WeeklyHours.Span always = new WeeklyHours.Span(EnumSet.allOf(DayOfWeek.class), 0, 1440);
        sign(within(Limits.NONE.withHours(new WeeklyHours(ZoneOffset.UTC, List.of(always)))), "ECDSA-SHA256", letter);
    }

    @Test
    void afterTheLastOfItsOperationsNoMoreAreDone() throws Exception {
        TestUser user = within(new Limits(Optional.empty(), Optional.empty(), 1, Set.of(), Set.of(), Set.of(), Set.of()));
        sign(user, "ECDSA-SHA256", letter);
        refused(user, "ECDSA-SHA256", letter, ErrorCode.DELEGATION_USED_UP);
    }

    @Test
    void otherOperationsAreNotDone() throws Exception {
        sign(within(only(Set.of(), Set.of(Operation.Kind.SIGN), Set.of())), "ECDSA-SHA256", letter);
        refused(within(only(Set.of(), Set.of(Operation.Kind.DECRYPT), Set.of())), "ECDSA-SHA256", letter,
                ErrorCode.OPERATION_FORBIDDEN);
    }

    @Test
    void whoMayOnlyDecryptDecryptsAndWhoMayNotIsRefused() throws Exception {
        decrypt(within(only(Set.of(), Set.of(Operation.Kind.DECRYPT), Set.of())));
        assertThat(desk.file("made")).hasContent("secret");
        TestUser signs = within(only(Set.of(), Set.of(Operation.Kind.SIGN), Set.of()));
        refused(() -> decrypt(signs), ErrorCode.OPERATION_FORBIDDEN);
    }

    @Test
    void whoMayOnlyDeriveDerivesAndWhoMayNotIsRefused() throws Exception {
        derive(within(only(Set.of(), Set.of(Operation.Kind.DERIVE), Set.of())));
        TestUser signs = within(only(Set.of(), Set.of(Operation.Kind.SIGN), Set.of()));
        refused(() -> derive(signs), ErrorCode.OPERATION_FORBIDDEN);
    }

    @Test
    void otherMechanismsAndKeysAreNotEvenShown() throws Exception {
        TestUser user = within(only(Set.of(Mechanisms.RSA_PKCS), Set.of(), Set.of()));
        tool(user, SoftHsmKey.RSA_2048, "--sign", "SHA256-RSA-PKCS", letter);
        assertThat(catchThrowable(() -> sign(user, "ECDSA-SHA256", letter))).hasMessageContaining("CKR_MECHANISM_INVALID");
        Id other = Fingerprint.of(desk.publicKey(SoftHsmKey.RSA_2048));
        TestUser ofOneKey = within(new Limits(Optional.empty(), Optional.empty(), 0, Set.of(other), Set.of(), Set.of(),
                Set.of()));
        tool(ofOneKey, SoftHsmKey.RSA_2048, "--sign", "SHA256-RSA-PKCS", letter);
        assertThat(catchThrowable(() -> sign(ofOneKey, "ECDSA-SHA256", letter))).hasMessageContaining("key not found");
    }

    @Test
    void otherDocumentsAndWhatCannotBeSeenAreNotSigned() throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest("Dear Sir or Madam\n".getBytes(UTF_8));
        TestUser user = within(only(Set.of(), Set.of(), Set.of(Id.of(digest))));
        sign(user, "ECDSA-SHA256", letter);
        sign(user, "ECDSA", desk.file("digest", digest));
        refused(user, "ECDSA-SHA256", desk.file("other", "Dear Others\n".getBytes(UTF_8)), ErrorCode.DOCUMENT_FORBIDDEN);
        refused(user, "ECDSA", desk.file("opaque", new byte[32]), ErrorCode.DOCUMENT_UNSEEN);
    }

    @Test
    void withoutTheOwnersApprovalNothingIsSigned() throws Exception {
        refused(within(Limits.NONE.withApproval(Duration.ofSeconds(1))), "ECDSA-SHA256", letter,
                ErrorCode.APPROVAL_TIMED_OUT);
        TestUser user = within(Limits.NONE.withApproval(Duration.ofMinutes(30)));
        CompletableFuture<Void> owner = CompletableFuture.runAsync(this::approveTheFirst);
        sign(user, "ECDSA-SHA256", letter);
        owner.get();
    }

    private void approveTheFirst() {
        try {
            while (desk.proxy().owner().approvals().isEmpty()) {
                Thread.sleep(50);
            }
            desk.proxy().owner().decide(desk.proxy().owner().approvals().get(0), true);
        } catch (RefusedException | InterruptedException e) {
            throw new CompletionException(e);
        }
    }
}
