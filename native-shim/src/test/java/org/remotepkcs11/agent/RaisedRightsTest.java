package org.remotepkcs11.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.inprocess.ToyDoor;
import org.remotepkcs11.testkit.Command;

/** A program of root that another user runs with root's rights. Needs root, to make one and to be another user too. */
class RaisedRightsTest {
    @TempDir
    Path folder;
    private NativeHost host;
    private Path program;

    @BeforeEach
    void prepare() throws IOException {
        host = NativeHost.inProcess(folder, HostBuild.PLAIN, ToyDoor.class);
        // Such a program's environment does not count; the configuration does.
        Files.write(folder.resolve("librpkcs11.conf"), List.of("socket = " + host.socket(),
                "agent = " + folder.resolve("toy-agent")), StandardOpenOption.APPEND);
        program = Files.copy(Path.of("target/host"), folder.resolve("raised"));
        Command.of("chmod", "4755", program.toString()).run();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void endAgent() throws IOException {
        host.close();
    }

    private void run(String scenario, String... as) throws IOException {
        Command.of(as).with(program.toString(), host.module().toString(), scenario)
                .inEnvironment(host.environment()).alsoInEnvironment(Map.of("RPKCS11_DOOR", "in-process")).run();
    }

    private void runByNobody(String scenario) throws IOException {
        run(scenario, "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    }

    @Test
    void neitherAJvmNorAnAgentIsStarted() throws Exception {
        runByNobody("raised-rights");
        assertThat(host.socket()).doesNotExist();
        assertThat(host.log("agent.log")).isEmpty();
    }

    @Test
    void agentThatRunsAnswers() throws Exception {
        Process agent = host.startAgent();
        assertThat(agent.inputReader().readLine()).isEqualTo("ready");
        runByNobody("agent-alone");
    }

    /** The same program without another's rights. */
    @Test
    void ownerHasAJvm() throws Exception {
        run("lazy");
        assertThat(host.socket()).doesNotExist();
    }
}
