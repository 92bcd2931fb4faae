package org.remotepkcs11.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays the client to {@code vectors/replies.txt}. */
class ReplyVectorsTest {
    static List<Vector> vectors() throws IOException {
        return Vector.read("replies.txt", ReplyVectors.KEYS);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void replyIsAcceptedOrRefusedAsItsVectorSays(Vector vector) {
        assertThat(opened(vector).values()).as(vector.text("about")).isEqualTo(vector.without(ReplyVectors.INPUTS));
    }

    /** What a client makes of the message. */
    static Vector opened(Vector vector) {
        TestKey proxy = TestKey.of(vector.text("proxy-key"));
        NoteVerifier log = NoteVerifier.of(Checkpoint.originOf(proxy.fingerprint()),
                TestKey.of(vector.text("log-key")).publicKey());
        ReplyOpener opener = new ReplyOpener(proxy.publicKey(), Optional.of(log));
        try {
            return ReplyVectors.describe(opener.open(vector.hex("message"), ReplyVectors.asked(vector.text("asked"))));
        } catch (RefusedException e) {
            return RequestVectorsTest.refused(e);
        }
    }

    @Test
    void vectorsAreThoseThatTheirProgramMakes() throws IOException {
        assertThat(Files.readString(Vector.FOLDER.resolve("replies.txt"))).isEqualTo(VectorWriter.replies());
    }
}
