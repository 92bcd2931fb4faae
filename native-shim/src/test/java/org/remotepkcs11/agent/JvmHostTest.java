package org.remotepkcs11.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.inprocess.ToyDoor;

/** Programs in C that make a JVM for themselves, which our files join. What they check is in {@code joined.c}. */
class JvmHostTest {
    private static final Map<String, String> JVM =
            Map.of("HOST_JVM", Path.of(System.getProperty("java.home"), "lib", "server", "libjvm.so").toString());

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

    @ParameterizedTest
    @ValueSource(strings = {"unattached-thread", "unattached-initialize"})
    void threadsThatJavaDoesNotKnowAreAttachedAsDaemonsAndStaySo(String scenario) throws Exception {
        host.run(scenario, JVM);
        assertThat(host.log("module.log")).isEmpty();
    }

    @Test
    void callsAfterTheEndOfTheJvmFail() throws Exception {
        host.run("jvm-ended", JVM);
        assertThat(host.log("module.log")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fork-joined", "fork-beside-jvm"})
    void forkedChildrenGoToTheAgent(String scenario) throws Exception {
        host.run(scenario, JVM);
        assertThat(host.log("module.log")).isEmpty();
        assertThat(host.log("agent.log")).containsOnlyOnce("agent listens");
    }
}
