package org.remotepkcs11.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** libFuzzer plays an agent that says anything at all; the sanitizers watch the module's decoder. */
class ModuleFuzzTest {
    /** Minutes where they can be spared: {@code -Dfuzz.seconds=300}. */
    private static final int SECONDS = Integer.getInteger("fuzz.seconds", 10);

    @TempDir
    Path found;

    @Test
    void nothingAnAgentSaysHarmsItsHost() throws Exception {
        Path output = found.resolve("output");
        Process fuzzer = new ProcessBuilder(Path.of("target/fuzz/agent_fuzzer").toAbsolutePath().toString(),
                "-max_total_time=" + SECONDS, "-max_len=4096", "-timeout=10", found.toString(),
                Path.of("src/fuzz/corpus/agent").toAbsolutePath().toString())
                .redirectErrorStream(true).redirectOutput(output.toFile()).directory(found.toFile()).start();
        assertThat(fuzzer.waitFor(SECONDS + 60L, TimeUnit.SECONDS)).isTrue();
        assertThat(fuzzer.exitValue()).describedAs(Files.readString(output)).isZero();
    }
}
