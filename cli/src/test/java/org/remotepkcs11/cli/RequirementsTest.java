package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/requirements.md names nothing that is not there. */
class RequirementsTest {
    private static final Path PAGE = Repository.file("docs/requirements.md");
    private static final Pattern NAMED = Pattern.compile("`([^`]+)`");
    private static final Pattern TEST = Pattern.compile("(\\w+Test)(\\.(\\w+))?");

    private static Stream<String> named() throws IOException {
        return NAMED.matcher(Files.readString(PAGE)).results().map(match -> match.group(1)).distinct();
    }

    private static List<Path> sources(String test) {
        return Repository.modules().stream().flatMap(module ->
                Repository.filesBelow(module.resolve("src/test"), "/" + test + ".java").stream()).toList();
    }

    @ParameterizedTest
    @MethodSource("named")
    void whatThePageNamesIsThere(String name) {
        List<MatchResult> test = TEST.matcher(name).results().toList();
        if (test.isEmpty() || !test.get(0).group().equals(name)) {
            assertThat(Repository.file(name)).exists();
            return;
        }
        String method = test.get(0).group(3) == null ? "class " + name : "void " + test.get(0).group(3) + "(";
        assertThat(sources(test.get(0).group(1))).as(name).anySatisfy(source -> assertThat(source).content()
                .contains(method));
    }
}
