package org.remotepkcs11.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A page of {@code docs/guides}. Its {@code sh} blocks are run one after the other; each line of its {@code text} blocks
 * must be printed by them, with anything in the place of {@code …}.
 */
final class Guide {
    /** Between two blocks: what the one started in the background listens at PORT, or has ended. */
    private static final String LISTENING = """
            while [ -n "$(jobs -pr)" ] && ! (: < "/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; do sleep 0.05; done
            """;

    private final String text;

    private Guide(String text) {
        this.text = text;
    }

    static Guide named(String name) throws IOException {
        return new Guide(Files.readString(Path.of("..", "docs", "guides", name + ".md")));
    }

    String script() {
        return String.join(LISTENING, blocks("sh"));
    }

    void followedOn(Workbench bench) throws IOException {
        assertToldBy(bench.shell(script()));
    }

    void assertToldBy(String printed) {
        for (String line : String.join("", blocks("text")).split("\n")) {
            assertThat(printed).containsPattern(Pattern.quote(line.strip()).replace("…", "\\E.*\\Q"));
        }
    }

    private List<String> blocks(String language) {
        return Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$").matcher(text).results()
                .map(block -> block.group(1)).toList();
    }
}
