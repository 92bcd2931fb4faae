package org.remotepkcs11.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every decoder of outside bytes, fuzzed: without {@code JAZZER_FUZZ=1} Jazzer only repeats the seeds, which are the
 * vectors, and the inputs that it kept.
 */
class DecoderFuzzTest {
    private static final TestKey USER = TestKey.of("user-ed25519");
    private static final TestKey PROXY = TestKey.of("proxy-ed25519");
    private static final NoteVerifier LOG = NoteVerifier.of(Checkpoint.originOf(PROXY.fingerprint()),
            TestKey.of("log-ed25519").publicKey());
    private static final ReplyOpener OPENER = new ReplyOpener(PROXY.publicKey(), Optional.of(LOG));
    private static final SealedRequest ASKED = ReplyVectors.asked("use-sign");
    private static final MessageSigner SIGNER = PROXY.signer();

    static Stream<byte[]> requests() throws IOException {
        return RequestVectorsTest.vectors().stream().map(vector -> vector.hex("message"));
    }

    @MethodSource("requests")
    @FuzzTest
    void request(byte[] bytes) {
        try (ReceivedRequest request = ReceivedRequest.decode(bytes)) {
            request.verify(USER.publicKey());
        } catch (RefusedException refused) {
            return;
        }
    }

    /** The body of a request that its user signed as it is. */
    @MethodSource("requestBodies")
    @FuzzTest
    void requestBody(byte[] body) {
        request(Envelope.write(body, new byte[64], new byte[0]));
        try {
            KeptRequest.decode(body).isSignedBy(USER.publicKey(), new byte[64]);
        } catch (RefusedException refused) {
            return;
        }
    }

    static Stream<byte[]> requestBodies() throws IOException {
        return RequestVectorsTest.vectors().stream().flatMap(vector -> {
            try {
                return Stream.of(Envelope.ofRequest(vector.hex("message")).body());
            } catch (RefusedException e) {
                return Stream.empty();
            }
        });
    }

    static Stream<byte[]> replies() throws IOException {
        return ReplyVectorsTest.vectors().stream().map(vector -> vector.hex("message"));
    }

    @MethodSource("replies")
    @FuzzTest
    void reply(byte[] bytes) {
        try {
            OPENER.open(bytes, ASKED);
        } catch (RefusedException refused) {
            return;
        }
    }

    static Stream<byte[]> replyBodies() throws IOException {
        return ReplyVectorsTest.vectors().stream().flatMap(vector -> {
            try {
                return Stream.of(Envelope.ofReply(vector.hex("message")).body());
            } catch (RefusedException e) {
                return Stream.empty();
            }
        });
    }

    /** The body of a reply that its proxy signed as it is: also a proxy gone bad must not crash its clients. */
    @MethodSource("replyBodies")
    @FuzzTest
    void replyBody(byte[] body) {
        byte[] signature = SIGNER.sign(Prefix.REPLY, body);
        reply(Envelope.write(body, signature, new byte[0]));
    }

    static Stream<byte[]> enrollments() throws IOException {
        return EnrollmentVectorsTest.vectors().stream().map(vector -> vector.hex("message"));
    }

    @MethodSource("enrollments")
    @FuzzTest
    void enrollmentRequest(byte[] bytes) {
        try {
            EnrollmentRequest.decode(bytes);
        } catch (RefusedException refused) {
            return;
        }
    }

    @MethodSource("enrollments")
    @FuzzTest
    void enrollmentReply(byte[] bytes) {
        try {
            EnrollmentReply.decode(bytes);
        } catch (RefusedException refused) {
            return;
        }
    }

    static Stream<byte[]> treeHeads() throws IOException {
        return ProofVectorsTest.treeHeads().stream().map(vector -> vector.hex("note"));
    }

    @MethodSource("treeHeads")
    @FuzzTest
    void treeHead(byte[] bytes) {
        try {
            Checkpoint.verify(new String(bytes, StandardCharsets.UTF_8), LOG);
        } catch (RefusedException refused) {
            return;
        }
    }

    static Stream<byte[]> verifierKeys() throws IOException {
        return ProofVectorsTest.treeHeads().stream().map(vector -> vector.text("verifier-key").getBytes());
    }

    @MethodSource("verifierKeys")
    @FuzzTest
    void verifierKey(byte[] bytes) {
        try {
            NoteVerifier.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException refused) {
            return;
        }
    }
}
