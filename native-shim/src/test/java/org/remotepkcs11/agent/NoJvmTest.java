package org.remotepkcs11.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.remotepkcs11.inprocess.ToyDoor;

/** Programs that are to have a JVM in their own process and cannot: they go on, with the agent. */
class NoJvmTest {
    @TempDir
    Path folder;
    private NativeHost host;

    @BeforeEach
    void prepare() throws IOException {
        host = NativeHost.inProcess(folder, HostBuild.PLAIN, ToyDoor.class);
    }

    @AfterEach
    void endAgent() throws IOException {
        host.close();
    }

    /** What is refused to the host would be refused to an agent that it starts. */
    @ParameterizedTest
    @CsvSource({"no-executable-memory, refused executable memory", "no-address-space, MiB of address space are left"})
    void jvmThatCannotLiveIsNotTried(String scenario, String reason) throws Exception {
        Process agent = host.startAgent();
        assertThat(agent.inputReader().readLine()).isEqualTo("ready");
        host.run(scenario);
        assertThat(host.log("module.log")).contains(reason);
    }

    @Test
    void jvmThatWouldEndTheProcessIsGivenUp() throws Exception {
        host.run("jvm-gives-up", Map.of("JAVA_TOOL_OPTIONS", "-Xms1g"));
        assertThat(host.log("module.log")).contains("JVM: ", "the in-process door is given up");
    }

    @ParameterizedTest
    @CsvSource({"server, /no/such/libjvm.so: cannot open", "classes, ClassNotFoundException", "entry, ClassNotFoundException"})
    void wrongConfigurationIsNamed(String key, String reason) throws Exception {
        Path configuration = folder.resolve("librpkcs11.conf");
        List<String> lines = Files.readAllLines(configuration).stream()
                .map(line -> line.startsWith(key + " ") ? key + " = /no/such/libjvm.so" : line).toList();
        Files.write(configuration, lines);
        host.run("jvm-gives-up");
        assertThat(host.log("module.log")).contains(reason);
    }

    @Test
    void jvmThatAbortsAfterItWasGivenUpEndsNothing() throws Exception {
        Path configuration = folder.resolve("librpkcs11.conf");
        List<String> lines = Files.readAllLines(configuration).stream()
                .map(line -> line.startsWith("server ") ? "server = " + NativeHost.file("libjvm-aborts-late.so") : line).toList();
        Files.write(configuration, lines);
        Files.writeString(configuration, "start = 1\n", StandardOpenOption.APPEND);
        host.run("jvm-aborts-late");
        assertThat(host.log("module.log")).contains("it did not start within 1 seconds", "JVM: too late");
    }

    @Test
    void hostMayBeHeldToTheAgent() throws Exception {
        host.run("info", Map.of("RPKCS11_DOOR", "agent"));
        assertThat(host.log("agent.log")).contains("agent listens");
    }
}
