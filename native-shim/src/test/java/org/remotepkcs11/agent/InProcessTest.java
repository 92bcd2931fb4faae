package org.remotepkcs11.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.inprocess.DoorToNowhere;
import org.remotepkcs11.inprocess.ToyDoor;

/** Programs in C, in whose own process a JVM answers with toy tokens. What they check is in {@code src/test/c}. */
@ParameterizedClass
@EnumSource(value = HostBuild.class, names = {"PLAIN", "SANITIZED"})
class InProcessTest {
    /** A JVM handles SIGSEGV itself, and keeps what it has until the end. */
    private static final Map<String, String> SANITIZER = Map.of("ASAN_OPTIONS", "handle_segv=0:detect_leaks=0");

    @Parameter
    HostBuild build;
    @TempDir
    Path folder;
    private NativeHost host;

    @BeforeEach
    void prepare() throws IOException {
        host = NativeHost.inProcess(folder, build, ToyDoor.class);
    }

    @AfterEach
    void endAgent() throws IOException {
        host.close();
    }

    private String run(String scenario, String... more) throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(SANITIZER);
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return host.run(scenario, environment);
    }

    @ParameterizedTest
    @ValueSource(strings = {"info", "initialize", "small-buffers", "attributes", "parameters", "messages", "pins", "pieces",
        "threads", "small-stack", "lazy", "never-finalised", "exit-handler", "destructor",
        "dlclose", "finalize-ends-wait"})
    void hostIsServedInItsOwnProcess(String scenario) throws Exception {
        assertThat(run(scenario)).isEmpty();
        assertThat(host.log("module.log")).isEmpty();
        assertThat(host.socket()).doesNotExist();
    }

    @Test
    void coroutineIsServedByAThreadWithEnoughStack() throws Exception {
        run("coroutine");
        assertThat(host.log("module.log")).isEmpty();
    }

    @Test
    void faultIsAReturnValueAndALineInTheLog() throws Exception {
        run("faults");
        assertThat(host.log("module.log")).contains("a fault in C_SignUpdate: java.lang.IllegalStateException");
    }

    @Test
    void callThatReachesNothingIsNotTakenForSuccess() throws Exception {
        host.close();
        Files.delete(folder.resolve("librpkcs11.so"));
        NativeHost.inProcess(folder, build, DoorToNowhere.class).run("nothing-called", SANITIZER);
    }

    @Test
    void hostsSignalsLocaleAndLimitsAreAsBefore() throws Exception {
        assertThat(run("as-before", "LC_ALL", "C.UTF-8")).isEmpty();
        assertThat(run("as-before", "JAVA_TOOL_OPTIONS", "-Dtoy=1")).isEqualTo("Picked up JAVA_TOOL_OPTIONS: -Dtoy=1\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fork", "clone"})
    void forkedChildrenGoToTheAgent(String scenario) throws Exception {
        run(scenario);
        assertThat(host.log("module.log")).isEmpty();
        assertThat(host.log("agent.log")).contains("agent listens");
    }
}
