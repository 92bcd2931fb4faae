package org.remotepkcs11.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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

/** Real programs in C load the module; an agent with toy tokens answers. What they check is in {@code src/test/c}. */
@ParameterizedClass
@EnumSource(HostBuild.class)
class ModuleTest {
    /** Where silence is what is looked at; a busy machine may be silent for as long. */
    private static final Map<String, String> SHORT_PATIENCE = Map.of("RPKCS11_PATIENCE", "3");

    @Parameter
    HostBuild build;
    @TempDir
    Path folder;
    private NativeHost host;

    @BeforeEach
    void prepare() throws IOException {
        host = new NativeHost(folder, build);
    }

    @AfterEach
    void endAgent() throws IOException {
        host.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"info", "initialize", "small-buffers", "attributes", "parameters", "messages", "pins", "faults",
        "pieces", "threads", "interfaces"})
    void callsDoWhatTheStandardSays(String scenario) throws Exception {
        host.run(scenario);
        assertThat(host.log("module.log")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fork", "clone", "workers"})
    void childrenBeginAnewAndParentsGoOn(String scenario) throws Exception {
        // What other threads of the parent had in hand at the fork is lost to the child, whoever wrote the library.
        host.run(scenario, Map.of("VALGRIND_OPTS", "--errors-for-leak-kinds=none"));
        assertThat(host.log("module.log")).isEmpty();
    }

    @Test
    void manyProcessesStartOneAgent() throws Exception {
        host.run("workers-start-agent");
        assertThat(host.log("agent.log")).containsOnlyOnce("agent listens");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exit-handler", "destructor", "never-finalised", "dlclose", "finalize-ends-wait"})
    void hostsEndAsTheyLike(String scenario) throws Exception {
        host.run(scenario);
        assertThat(host.log("agent.log")).doesNotContain("SEVERE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent-killed", "agent-killed-in-call", "agent-stopped"})
    void hostsOutliveTheAgent(String scenario) throws Exception {
        host.run(scenario, SHORT_PATIENCE);
        assertThat(host.log("module.log")).isNotEmpty();
    }

    @Test
    void longCallIsNotTakenForSilence() throws Exception {
        host.run("long-call", SHORT_PATIENCE);
        assertThat(host.log("module.log")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sigchld", "inherits-nothing", "closed-standard-files", "numbers-used-anew"})
    void surroundingsStayAsTheyWere(String scenario) throws Exception {
        host.run(scenario);
    }

    @Test
    void agentThatCannotBeRunIsNamed() throws Exception {
        host.run("no-agent", Map.of("RPKCS11_AGENT", "/no/such/program"));
        assertThat(host.log("module.log")).contains("cannot run the agent /no/such/program: No such file or directory");
    }

    @Test
    void agentThatEndsAtOnceIsNotWaitedFor() throws Exception {
        host.run("no-agent", Map.of("RPKCS11_AGENT", "/bin/false"));
        assertThat(host.log("module.log")).contains("the agent ended before it listened");
    }

    @Test
    void folderThatOthersMayEnterIsRefused() throws Exception {
        Files.createDirectories(host.socket().getParent());
        Files.setPosixFilePermissions(host.socket().getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        host.run("no-agent");
        assertThat(host.log("module.log")).contains("is not a folder that this user alone may enter");
    }
}
