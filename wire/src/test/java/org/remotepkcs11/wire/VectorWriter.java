package org.remotepkcs11.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** Writes the files of {@code proto/vectors} anew; to be run by hand, when the protocol itself has changed. */
final class VectorWriter {
    private VectorWriter() {
    }

    public static void main(String[] arguments) throws IOException {
        write("requests.txt", requests());
        write("replies.txt", replies());
        write("enrollments.txt", enrollments());
    }

    private static void write(String file, String text) throws IOException {
        Path path = Vector.FOLDER.resolve(file);
        Files.writeString(path, text);
    }

    static String requests() {
        return format("""
                Requests: SignedRequest as POST /v1 carries it, in hexadecimal, and what a proxy makes of it.
                proxy-key, user-key: names in keys.txt; the proxy asked, and the key that TLS proved.
                The key that opens card PINs is proxy-x25519.
                padding: so many zero bytes follow the message.
                expect: ok, or the code of the first check that refuses it. detail: what this implementation says.
                hash, input-hash, request and so on: what is read out of a good one. An empty value is left out.""",
                RequestVectors.all(), RequestVectorsTest::opened);
    }

    static String replies() {
        return format("""
                Replies: SignedReply as an answer to POST /v1, in hexadecimal, and what a client makes of it.
                proxy-key, log-key: names in keys.txt; the keys that the client knows.
                asked: the request in requests.txt that the reply is to answer.
                expect: ok, or the code of the first check that refuses it. detail: what this implementation says.
                outcome, request-hash and so on: what is read out of a good one. An empty value is left out.""",
                ReplyVectors.all(), ReplyVectorsTest::opened);
    }

    static String enrollments() {
        return format("""
                Enrolment: EnrollRequest and EnrollReply as POST /v1/enroll carries them, in hexadecimal.
                padding: so many zero bytes follow the message.
                expect: ok, or the code with which the message is refused, or which it carries.""",
                EnrollmentVectors.all(), EnrollmentVectorsTest::opened);
    }

    /** With what this implementation says; what is expected was said before by whoever wrote the vector. */
    private static String format(String comment, List<Vector> vectors, UnaryOperator<Vector> open) {
        for (Vector vector : vectors) {
            Vector opened = open.apply(vector);
            if (!opened.text("expect").equals(vector.text("expect"))) {
                throw new AssertionError(vector + ": " + opened.values());
            }
            opened.values().forEach(vector::with);
        }
        return Vector.format(comment, vectors);
    }
}
