package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.cli.Program.Ended;

class DemoTest {
    @TempDir
    private Path folder;

    @Test
    void demoShowsEachStepAndLeavesAJarThatTheJdkVerifies() throws Exception {
        String said = Program.rpkcs11(folder, "demo", "--dir", "a demo").succeed();
        assertThat(said.lines()).hasSizeLessThanOrEqualTo(14);
        assertThat(said).contains("jar verified").contains("receipt").contains("log");
        Path made = folder.resolve("a demo");
        assertThat(Program.jdk(folder, "jarsigner", "-verify", "-strict", "-keystore",
                made.resolve("trust.p12").toString(), "-storepass", "changeit",
                made.resolve("hello-signed.jar").toString()).succeed())
                .contains("jar verified");
        assertThat(ProcessHandle.allProcesses().map(ProcessHandle::info).map(info -> info.commandLine().orElse("")))
                .noneMatch(line -> line.contains(folder.toString()));
    }

    @Test
    void demoClearsAwayNothingOfOthers() throws Exception {
        Path mine = Files.writeString(folder.resolve("mine.txt"), "precious");
        Ended ended = Program.rpkcs11(folder, "demo", "--dir", ".").run();
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.output()).contains("holds other files").contains("hint: ");
        assertThat(mine).hasContent("precious");
    }
}
