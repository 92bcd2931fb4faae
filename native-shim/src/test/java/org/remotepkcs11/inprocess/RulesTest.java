package org.remotepkcs11.inprocess;

import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every rule in {@code IN-PROCESS.md} has tests, and they are there. */
class RulesTest {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private static String sources(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            return files.filter(Files::isRegularFile).map(RulesTest::read).collect(Collectors.joining());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last column of the table. */
    private static List<List<String>> tests() throws IOException {
        return Files.readAllLines(Path.of("IN-PROCESS.md")).stream().dropWhile(not("| | how | test |"::equals)).skip(2)
                .takeWhile(line -> line.startsWith("|")).map(line -> line.split("\\|")[3])
                .map(cell -> CODE.matcher(cell).results().map((MatchResult word) -> word.group(1)).toList()).toList();
    }

    @Test
    void everyRuleHasTestsThatExist() throws IOException {
        String java = sources("src/test/java");
        String c = sources("src/test/c");
        assertThat(tests()).hasSizeGreaterThan(10).doesNotContain(List.of());
        assertThat(tests().stream().flatMap(List::stream)).allSatisfy(word -> {
            if (word.matches("[a-z0-9-]+")) {
                assertThat(c).contains("{\"" + word + "\",");
                assertThat(java).contains('"' + word + '"');
            } else {
                String[] names = word.split("\\.");
                assertThat(java).contains("class " + names[0] + " ", names.length > 1 ? "void " + names[1] + "(" : "");
            }
        });
    }
}
