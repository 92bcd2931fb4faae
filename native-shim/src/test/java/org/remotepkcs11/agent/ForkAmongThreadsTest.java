package org.remotepkcs11.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.inprocess.ToyDoor;

/**
 * A host forks while its other threads call. Not tried with AddressSanitizer: its allocator, unlike the C library's, is
 * not made whole in a child whose parent was allocating in another thread, and the child then waits for ever.
 */
class ForkAmongThreadsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SANITIZED")
    void childrenBeginAnewAndParentsGoOn(HostBuild build) throws Exception {
        try (NativeHost host = new NativeHost(folder, build)) {
            // What other threads of the parent had in hand at the fork is lost to the child.
            host.run("fork-among-threads", Map.of("VALGRIND_OPTS", "--errors-for-leak-kinds=none"));
            assertThat(host.log("module.log")).isEmpty();
        }
    }

    /** The JVM's threads among them. */
    @Test
    void childrenOfAHostWithAJvmGoToTheAgent() throws Exception {
        try (NativeHost host = NativeHost.inProcess(folder, HostBuild.PLAIN, ToyDoor.class)) {
            host.run("fork-among-threads");
            assertThat(host.log("module.log")).isEmpty();
            assertThat(host.log("agent.log")).containsOnlyOnce("agent listens");
        }
    }
}
