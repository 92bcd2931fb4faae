package org.remotepkcs11.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** PROTOCOL.md says what the code does. */
class ProtocolDocumentTest {
    private static final Path PROTO = Path.of("..", "proto");

    @Test
    void errorTableIsTheEnum() throws IOException {
        List<String> rows = document().lines().filter(line -> line.matches("\\| \\d+ \\| [A-Z_0-9]+ \\|.*"))
                .map(line -> line.replaceFirst("CKR_\\w+ ", "")).toList();

        assertThat(rows).containsExactlyElementsOf(Arrays.stream(ErrorCode.values()).map(this::row).toList());
    }

    private String row(ErrorCode code) {
        String http = code.httpStatus() == 0 ? "–" : Integer.toString(code.httpStatus());
        return "| " + code.number() + " | " + code + " | " + http + " | " + (code.retryable() ? "yes" : "no") + " | "
                + code.jca() + " | (0x" + Long.toHexString(code.ckr()).toUpperCase(Locale.ROOT) + ") | "
                + code.level() + " | " + code.hint() + " |";
    }

    @Test
    void exampleIsTheVectorOpen() throws IOException {
        String vectors = Files.readString(PROTO.resolve("vectors/requests.txt"));
        String open = vectors.substring(vectors.indexOf("name: open\n"), vectors.indexOf("name: open-known\n"));
        String message = open.substring(open.indexOf("message: ") + 9, open.indexOf("\nexpect:")).replaceAll("\\s", "");
        String hash = open.substring(open.indexOf("\nhash: ") + 7, open.indexOf("\ninput-hash:"));

        assertThat(document().replaceAll("\\s", "")).contains(message).contains(hash);
    }

    @Test
    void everyMessageHasItsSentence() throws IOException {
        String document = document();

        for (Class<?> sort : List.of(Request.class, Administration.class)) {
            for (Class<?> message : sort.getPermittedSubclasses()) {
                assertThat(document).contains("\n| " + message.getSimpleName() + " | \"");
            }
        }
    }

    @Test
    void boundsAreThoseOfTheCode() throws IOException {
        assertThat(document()).contains("Request " + (MessageBounds.MAX_REQUEST_BYTES >> 20) + " MiB; reply "
                + (MessageBounds.MAX_REPLY_BYTES >> 20) + " MiB; enrolment " + (MessageBounds.MAX_ENROLLMENT_BYTES >> 10)
                + " KiB; " + MessageBounds.MAX_OPERATIONS + " operations a Use; "
                + (MessageBounds.MAX_INPUT_BYTES >> 10) + " KiB an input; " + (MessageBounds.MAX_OUTPUT_BYTES >> 10)
                + " KiB an output");
    }

    private static String document() throws IOException {
        return Files.readString(PROTO.resolve("PROTOCOL.md"));
    }
}
