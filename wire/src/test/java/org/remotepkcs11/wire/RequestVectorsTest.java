package org.remotepkcs11.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays the proxy to {@code vectors/requests.txt}. */
class RequestVectorsTest {
    static List<Vector> vectors() throws IOException {
        return Vector.read("requests.txt", RequestVectors.KEYS);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void requestIsAcceptedOrRefusedAsItsVectorSays(Vector vector) {
        assertThat(opened(vector).values()).as(vector.text("about")).isEqualTo(vector.without(RequestVectors.INPUTS));
    }

    /** What a proxy makes of the message. */
    static Vector opened(Vector vector) {
        byte[] message = vector.hex("message");
        int padding = vector.has("padding") ? (int) vector.number("padding") : 0;
        try (ReceivedRequest request = ReceivedRequest.decode(Arrays.copyOf(message, message.length + padding))) {
            if (!request.header().proxy().equals(TestKey.of(vector.text("proxy-key")).fingerprint())) {
                return refused(new RefusedException(ErrorCode.WRONG_PROXY, "the request is for another proxy"));
            }
            request.verify(TestKey.of(vector.text("user-key")).publicKey());
            request.openCardPin(TestKey.of("proxy-x25519").pinKey());
            return RequestVectors.describe(request);
        } catch (RefusedException e) {
            return refused(e);
        }
    }

    static Vector refused(RefusedException e) {
        return new Vector(new java.util.LinkedHashMap<>()).with("expect", e.code().name())
                .with("detail", e.refusal().detail());
    }

    @Test
    void vectorsAreThoseThatTheirProgramMakes() throws IOException {
        assertThat(Files.readString(Vector.FOLDER.resolve("requests.txt"))).isEqualTo(VectorWriter.requests());
    }
}
