package org.remotepkcs11.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the build made of the in-process door's files. */
class InstalledFilesTest {
    private static final Path FOLDER = Path.of("target", "in-process", System.getProperty("java.version"));

    @Test
    void classesComeOutOfTheArchive() throws Exception {
        Map<String, String> lines = Files.readAllLines(FOLDER.resolve("conf")).stream()
                .map(line -> line.split(" = ", 2)).collect(Collectors.toMap(line -> line[0], line -> line[1]));
        String option = lines.get("archive").endsWith(".aot") ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=";
        // Told no folder, the program ends once it is loaded.
        Process java = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                option + lines.get("archive"), "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
                "-Xlog:class+load", "-cp", lines.get("classes"), InstalledFiles.class.getName())).redirectErrorStream(true).start();
        java.getOutputStream().close();
        assertThat(new String(java.getInputStream().readAllBytes()))
                .containsPattern(InstalledFiles.class.getName() + " source: shared objects file");
    }
}
