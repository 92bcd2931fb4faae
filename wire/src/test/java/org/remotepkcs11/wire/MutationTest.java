package org.remotepkcs11.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is changed in a message, it is refused with a code; nothing else is ever thrown. */
class MutationTest {
    private static final Set<ErrorCode> OF_REQUESTS = Set.of(ErrorCode.MESSAGE_MALFORMED, ErrorCode.VERSION_UNSUPPORTED,
            ErrorCode.SIGNATURE_WRONG, ErrorCode.SECRET_MISMATCH);
    private static final int ROUNDS = 2_000;

    /** The code of the refusal; none if the message is accepted. */
    private static Optional<ErrorCode> request(String userKey, byte[] message) {
        try (ReceivedRequest request = ReceivedRequest.decode(message)) {
            request.verify(TestKey.of(userKey).publicKey());
            return Optional.empty();
        } catch (RefusedException e) {
            return Optional.of(e.code());
        }
    }

    private static Optional<ErrorCode> reply(Vector vector, byte[] message) {
        return Optional.of(ReplyVectorsTest.opened(vector.copy().with("message", message)).text("expect"))
                .filter(expect -> !expect.equals("ok")).map(ErrorCode::valueOf);
    }

    private static void flipEveryBit(byte[] message, Consumer<byte[]> check) {
        for (int bit = 0; bit < 8 * message.length; bit++) {
            check.accept(Samples.flipped(message, bit));
        }
    }

    private static void cutEverywhere(byte[] message, Consumer<byte[]> check) {
        for (int length = 0; length < message.length; length++) {
            check.accept(Arrays.copyOf(message, length));
        }
    }

    /** Changes, inserts, removes and repeats bytes at random, the same way in every run. */
    private static void spoilAtRandom(byte[] message, Consumer<byte[]> check) {
        Random random = new Random(message.length);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] spoilt = message;
            for (int times = random.nextInt(4); times >= 0; times--) {
                spoilt = spoilt(random, spoilt);
            }
            if (!Arrays.equals(spoilt, message)) {
                check.accept(spoilt);
            }
        }
    }

    private static byte[] spoilt(Random random, byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        int end = Math.min(bytes.length, at + random.nextInt(8));
        byte[] head = Arrays.copyOf(bytes, at);
        byte[] tail = Arrays.copyOfRange(bytes, random.nextBoolean() ? at : end, bytes.length);
        byte[] inserted = random.nextBoolean() ? Arrays.copyOfRange(bytes, at, end) : new byte[random.nextInt(4)];
        if (random.nextBoolean()) {
            random.nextBytes(inserted);
        }
        return Samples.joined(head, inserted, tail);
    }

    @ParameterizedTest
    @ValueSource(strings = {"user-ed25519", "user-p256", "user-rsa"})
    void requestWithOneBitFlippedIsRefused(String userKey) {
        String name = userKey.equals("user-ed25519") ? "login" : "login-" + userKey;
        byte[] message = RequestVectors.named(name).hex("message");
        assertThat(request(userKey, message.clone())).isEmpty();
        flipEveryBit(message, flipped -> assertThat(request(userKey, flipped)).hasValueSatisfying(
                code -> assertThat(code).isIn(OF_REQUESTS)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", "use-many", "delegate", "renew-card-pin"})
    void spoiltRequestIsRefused(String name) {
        byte[] message = RequestVectors.named(name).hex("message");
        Consumer<byte[]> refused = spoilt -> assertThat(request("user-ed25519", spoilt)).hasValueSatisfying(
                code -> assertThat(code).isIn(OF_REQUESTS));
        cutEverywhere(message, refused);
        spoilAtRandom(message, refused);
    }

    @ParameterizedTest
    @ValueSource(strings = {"logged-in", "logged-in-proxy-p256", "logged-in-proxy-rsa"})
    void replyWithOneBitFlippedIsRefused(String name) {
        Vector vector = ReplyVectors.named(name);
        byte[] message = vector.hex("message");
        assertThat(reply(vector, message)).isEmpty();
        flipEveryBit(message, flipped -> assertThat(reply(vector, flipped)).contains(ErrorCode.REPLY_INVALID));
    }

    @ParameterizedTest
    @ValueSource(strings = {"used", "refused-unread"})
    void spoiltReplyIsRefused(String name) {
        Vector vector = ReplyVectors.named(name);
        Consumer<byte[]> refused = spoilt -> assertThat(reply(vector, spoilt)).contains(ErrorCode.REPLY_INVALID);
        cutEverywhere(vector.hex("message"), refused);
        spoilAtRandom(vector.hex("message"), refused);
    }

    /** A proxy that signs nonsense must not crash its clients either. */
    @ParameterizedTest
    @ValueSource(strings = {"opened", "used-partly", "listed", "refused"})
    void spoiltAndSignedReplyIsReadOrRefused(String name) throws RefusedException {
        Vector vector = ReplyVectors.named(name);
        byte[] body = Envelope.ofReply(vector.hex("message")).body();
        MessageSigner proxy = TestKey.of("proxy-ed25519").signer();
        spoilAtRandom(body, spoilt -> assertThat(reply(vector,
                Envelope.write(spoilt, proxy.sign(Prefix.REPLY, spoilt), new byte[0]))
                .orElse(ErrorCode.REPLY_INVALID)).isEqualTo(ErrorCode.REPLY_INVALID));
    }

    @ParameterizedTest
    @ValueSource(strings = {"use-many", "use-to-be-signed", "delegate", "add-card", "open-known"})
    void spoiltAndSignedRequestIsReadOrRefused(String name) throws RefusedException {
        Envelope good = Envelope.ofRequest(RequestVectors.named(name).hex("message"));
        MessageSigner user = TestKey.of("user-ed25519").signer();
        spoilAtRandom(good.body(), spoilt -> assertThat(request("user-ed25519",
                Envelope.write(spoilt, user.sign(Prefix.REQUEST, spoilt), new byte[0]))
                .orElse(ErrorCode.SIGNATURE_WRONG)).isIn(OF_REQUESTS));
    }

    @Test
    void spoiltEnrolmentIsReadOrRefused() throws Exception {
        List<ErrorCode> expected = List.of(ErrorCode.values());
        for (Vector vector : EnrollmentVectorsTest.vectors()) {
            spoilAtRandom(vector.hex("message"), spoilt -> {
                String expect = EnrollmentVectorsTest.opened(vector.copy().with("message", spoilt)).text("expect");
                assertThat(expect.equals("ok") || expected.contains(ErrorCode.valueOf(expect))).isTrue();
            });
        }
    }

    @Test
    void spoiltTreeHeadIsReadOrRefused() throws Exception {
        for (Vector vector : ProofVectorsTest.treeHeads()) {
            NoteVerifier log = NoteVerifier.parse(vector.text("verifier-key"));
            byte[] note = vector.hex("note");
            flipEveryBit(note, spoilt -> assertThat(ProofVectorsTest.opened(spoilt, log)).isNotEmpty());
            cutEverywhere(note, spoilt -> assertThat(ProofVectorsTest.opened(spoilt, log)).hasSize(1));
        }
    }
}
