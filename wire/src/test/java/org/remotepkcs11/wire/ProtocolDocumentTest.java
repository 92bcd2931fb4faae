package org.remotepkcs11.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.proto.V1;

/** PROTOCOL.md says what the code does: its tables, its example, and that the tests it names exist. */
class ProtocolDocumentTest {
    private static final Path ROOT = Vector.FOLDER.resolve("../..").normalize();
    private static final Map<Long, String> CKR = Map.ofEntries(Map.entry(0x5L, "CKR_GENERAL_ERROR"),
            Map.entry(0x21L, "CKR_DATA_LEN_RANGE"), Map.entry(0x30L, "CKR_DEVICE_ERROR"),
            Map.entry(0x32L, "CKR_DEVICE_REMOVED"), Map.entry(0x54L, "CKR_FUNCTION_NOT_SUPPORTED"),
            Map.entry(0x60L, "CKR_KEY_HANDLE_INVALID"), Map.entry(0x68L, "CKR_KEY_FUNCTION_NOT_PERMITTED"),
            Map.entry(0x70L, "CKR_MECHANISM_INVALID"), Map.entry(0xA0L, "CKR_PIN_INCORRECT"),
            Map.entry(0xA4L, "CKR_PIN_LOCKED"), Map.entry(0xE0L, "CKR_TOKEN_NOT_PRESENT"),
            Map.entry(0x101L, "CKR_USER_NOT_LOGGED_IN"), Map.entry(0x200L, "CKR_FUNCTION_REJECTED"));
    private static final Map<ErrorCode.Jca, String> JCA = Map.of(ErrorCode.Jca.LOGIN, "LoginException",
            ErrorCode.Jca.KEY, "InvalidKeyException", ErrorCode.Jca.SIGNATURE, "SignatureException");
    private static final String NEVER_HTTP = "–";

    private static String document() throws IOException {
        return Files.readString(ROOT.resolve("proto/PROTOCOL.md"));
    }

    /** The cells of the table rows of a section. */
    private static List<List<String>> rows(String section) throws IOException {
        String text = document().split("\n## " + section + "\n")[1].split("\n## ")[0];
        return text.lines().filter(line -> line.startsWith("| ")).skip(1)
                .map(line -> Arrays.stream(line.substring(2, line.length() - 2).split(" \\| ")).toList()).toList();
    }

    @Test
    void errorTableIsTheEnum() throws IOException {
        List<List<String>> expected = Arrays.stream(ErrorCode.values()).map(code -> List.of("`" + code + "`",
                Integer.toString(code.number()), code.httpStatus() == 0 ? NEVER_HTTP : Integer.toString(code.httpStatus()),
                code.retryable() ? "yes" : "no", "`" + JCA.get(code.jca()) + "`", "`" + CKR.get(code.ckr()) + "`",
                code.level().name(), code.hint())).toList();
        assertThat(rows("Errors")).isEqualTo(expected);
    }

    @Test
    void numbersOfErrorsAreUnique() {
        assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::number)).doesNotHaveDuplicates();
        assertThat(ErrorCode.values()).allSatisfy(
                code -> assertThat(ErrorCode.ofNumber(code.number())).isEqualTo(code));
    }

    @Test
    void everyCodeOfAProxyIsGivenByACheck() throws IOException {
        String checks = document().split("\n## Errors\n")[0];
        assertThat(Arrays.stream(ErrorCode.values()).filter(code -> code.httpStatus() != 0))
                .allSatisfy(code -> assertThat(checks).contains("`" + code + "`"));
    }

    @Test
    void boundsAreThoseOfTheCode() throws Exception {
        List<List<String>> bounds = new ArrayList<>();
        for (Field bound : MessageBounds.class.getFields()) {
            bounds.add(List.of("`" + bound.getName() + "`", bound.get(null).toString()));
        }
        assertThat(rows("Bounds").stream().map(row -> row.subList(0, 2))).isEqualTo(bounds);
    }

    @Test
    void everyMessageHasItsSentence() throws IOException {
        List<String> sentences = rows("Messages").stream().filter(row -> row.get(1).contains("\""))
                .map(row -> row.get(0).split(" ")[0]).toList();
        assertThat(sentences).containsAll(choices(V1.RequestBody.getDescriptor(), "Administer"));
        assertThat(sentences).containsAll(choices(V1.Administer.getDescriptor(), ""));
        assertThat(sentences).containsAll(choices(V1.ReplyBody.getDescriptor(), ""));
    }

    private static List<String> choices(Descriptor message, String without) {
        return message.getOneofs().get(0).getFields().stream().map(FieldDescriptor::getMessageType)
                .map(Descriptor::getName).filter(name -> !name.equals(without)).toList();
    }

    @Test
    void exampleIsAVector() throws IOException {
        assertThat(example("The request:")).isEqualTo(RequestVectors.named("login").hex("message"));
        assertThat(example("The reply:")).isEqualTo(ReplyVectors.named("logged-in").hex("message"));
    }

    private static byte[] example(String title) throws IOException {
        String block = document().split("\n" + title + "\n")[1].split("```")[1];
        return HexFormat.of().parseHex(block.replaceAll("#.*|\\s", ""));
    }

    @Test
    void principlesAreElevenAndTheirAttacksExist() throws IOException {
        List<List<String>> principles = rows("Principles");
        assertThat(principles).hasSize(11);
        for (List<String> principle : principles) {
            String file = "";
            for (String attack : quoted(principle.get(3))) {
                file = attack.contains(".txt: ") ? attack.split(": ")[0] : file;
                assertThat(exists(file, attack.substring(attack.indexOf(": ") < 0 ? 0 : attack.indexOf(": ") + 2)))
                        .as(attack).isTrue();
            }
        }
    }

    private static List<String> quoted(String cell) {
        return Pattern.compile("`([^`]+)`").matcher(cell).results().map(match -> match.group(1)).toList();
    }

    private static boolean exists(String file, String attack) throws IOException {
        MatchResult test = Pattern.compile("([A-Z]\\w+Test)(?:\\.(\\w+))?").matcher(attack).results().findFirst().orElse(null);
        return test == null ? Files.readString(Vector.FOLDER.resolve(file)).contains("\nname: " + attack + "\n")
                : source(test.group(1)).contains(test.group(2) == null ? "@Test" : "void " + test.group(2) + "(");
    }

    private static String source(String testClass) throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.map(path -> path.resolve("src/test/java")).filter(Files::isDirectory).toList()) {
                try (Stream<Path> files = Files.walk(module)) {
                    Path found = files.filter(path -> path.endsWith(testClass + ".java")).findFirst().orElse(null);
                    if (found != null) {
                        return Files.readString(found);
                    }
                }
            }
        }
        return "";
    }
}
