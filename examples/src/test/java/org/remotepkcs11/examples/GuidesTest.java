package org.remotepkcs11.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command of the Java guides is run, and every piece of Java in them stands in an example. */
final class GuidesTest {
    private static final Path GUIDES = Path.of("..", "docs", "guides");
    private static final Path SOURCES = Path.of("src", "main", "java");

    private static Desk desk;

    @BeforeAll
    static void sitDown(@TempDir Path folder) throws Exception {
        desk = new Desk(folder);
    }

    @AfterAll
    static void standUp() {
        desk.close();
    }

    @ParameterizedTest
    @CsvSource({"jarsigner, jar verified.", "keytool, PrivateKeyEntry", "java, Verified OK", "jsse, status 200",
        "cms, CMS Verification successful", "pdf, Signature is Valid", "xml-dsig, signed.xml: signed by"})
    void everyCommandWorks(String guide, String expected) throws IOException {
        String script = String.join("\n", blocks(guide, "sh"));
        assertThat(desk.shell(script)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "jsse", "cms", "pdf", "xml-dsig"})
    void everyPieceOfJavaIsOfAnExample(String guide) throws IOException {
        String sources = flat(sources());
        assertThat(blocks(guide, "java")).isNotEmpty().allSatisfy(block -> assertThat(sources).contains(flat(block)));
    }

    private static List<String> blocks(String guide, String language) throws IOException {
        String text = Files.readString(GUIDES.resolve(guide + ".md"));
        return Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$").matcher(text).results()
                .map((MatchResult block) -> block.group(1)).toList();
    }

    private static String sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            StringBuilder all = new StringBuilder();
            for (Path file : files.filter(Files::isRegularFile).collect(Collectors.toList())) {
                all.append(Files.readString(file));
            }
            return all.toString();
        }
    }

    private static String flat(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
