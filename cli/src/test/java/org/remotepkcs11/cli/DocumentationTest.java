package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The documentation is true: its commands run, its links lead somewhere. */
class DocumentationTest {
    private static final String TEST_COMMAND = "./rpkcs11 selftest";
    private static final String PORT = "8443";
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");
    private static final int README_LINES = 120;

    @TempDir
    private Path folder;

    private static List<Path> pages() {
        return Stream.concat(Stream.of(Repository.file("README.md")),
                Repository.filesBelow(Repository.file("docs"), ".md").stream()).toList();
    }

    /** The guides need a token and files; the module examples runs their commands. */
    private static List<Path> pagesWithCommands() throws IOException {
        List<Path> all = new ArrayList<>();
        for (Path page : pages()) {
            boolean guide = page.getParent().endsWith("guides");
            if (!guide && !Page.read(page).blocks("sh").isEmpty()) {
                all.add(page);
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("pagesWithCommands")
    void everyCommandOnThePageRuns(Path page) throws IOException, InterruptedException {
        Files.createSymbolicLink(folder.resolve("rpkcs11"), Repository.file("rpkcs11"));
        Path home = Files.createDirectory(folder.resolve("home"));
        String commands = Page.read(page).blocks("sh").stream().map(Page.Block::text)
                .filter(block -> !block.contains(TEST_COMMAND)).collect(Collectors.joining());
        Program.of(folder, "bash", "-c", "set -eu\ntrap 'set +e; kill $(jobs -p) 2>/dev/null; wait' EXIT\n"
                        + commands.replace(PORT, freePort()))
                .with("PATH", folder + ":" + System.getenv("PATH"))
                .with("HOME", home.toString())
                .with("XDG_CONFIG_HOME", home.resolve(".config").toString())
                .with("XDG_STATE_HOME", home.resolve(".local/state").toString())
                .succeed();
    }

    private static String freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return Integer.toString(socket.getLocalPort());
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsToAFile(Path page) throws IOException {
        Matcher links = LINK.matcher(Files.readString(page));
        while (links.find()) {
            assertThat(page.resolveSibling(links.group(1))).as(links.group()).exists();
        }
    }

    @Test
    void theReadmeIsShort() throws IOException {
        assertThat(Files.readAllLines(Repository.file("README.md")).size()).isLessThanOrEqualTo(README_LINES);
    }

    @Test
    void integrationRunsTheReadmesTestCommand() throws IOException {
        assertThat(Files.readAllLines(Repository.file(".ci/run"))).contains(TEST_COMMAND);
        assertThat(Page.read(Repository.file("README.md")).blocks("sh"))
                .anyMatch(block -> block.text().equals(TEST_COMMAND + "\n"));
    }

    @Test
    void everyPageIsInTheIndex() throws IOException {
        String index = Files.readString(Repository.file("docs/README.md"));
        assertThat(Repository.filesBelow(Repository.file("docs"), ".md"))
                .filteredOn(page -> !page.endsWith("README.md"))
                .allSatisfy(page -> assertThat(index)
                        .contains("(" + Repository.file("docs").relativize(page) + ")"));
    }
}
