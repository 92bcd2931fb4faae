package org.remotepkcs11.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays both sides of {@code vectors/enrollments.txt}. */
class EnrollmentVectorsTest {
    static List<Vector> vectors() throws IOException {
        return Vector.read("enrollments.txt", EnrollmentVectors.KEYS);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void messageIsAcceptedOrRefusedAsItsVectorSays(Vector vector) {
        assertThat(opened(vector).values()).as(vector.text("about")).isEqualTo(vector.without(EnrollmentVectors.INPUTS));
    }

    static Vector opened(Vector vector) {
        byte[] message = vector.hex("message");
        int padding = vector.has("padding") ? (int) vector.number("padding") : 0;
        byte[] padded = Arrays.copyOf(message, message.length + padding);
        Vector found = new Vector(new LinkedHashMap<>());
        try {
            return vector.text("direction").equals("request") ? request(found, EnrollmentRequest.decode(padded))
                    : reply(found, EnrollmentReply.decode(padded));
        } catch (RefusedException e) {
            return RequestVectorsTest.refused(e);
        }
    }

    private static Vector request(Vector found, EnrollmentRequest request) {
        return found.with("expect", "ok").with("code", request.code())
                .with("certification-request", request.certificationRequest());
    }

    private static Vector reply(Vector found, EnrollmentReply reply) {
        if (reply instanceof EnrollmentReply.Refused refused) {
            return RequestVectorsTest.refused(new RefusedException(refused.refusal()));
        }
        EnrollmentReply.Enrolled enrolled = (EnrollmentReply.Enrolled) reply;
        return found.with("expect", "ok").with("user", enrolled.name())
                .with("chain-length", Integer.toString(enrolled.chain().size())).with("authority", enrolled.authority())
                .with("proxy-certificate", enrolled.proxyCertificate()).with("log-verifier-key", enrolled.logVerifierKey());
    }

    @Test
    void vectorsAreThoseThatTheirProgramMakes() throws IOException {
        assertThat(Files.readString(Vector.FOLDER.resolve("enrollments.txt"))).isEqualTo(VectorWriter.enrollments());
    }
}
