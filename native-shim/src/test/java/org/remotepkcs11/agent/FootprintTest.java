package org.remotepkcs11.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the module costs a host; only the plain build tells. */
class FootprintTest {
    @TempDir
    Path folder;

    @Test
    void hostGrowsByLessThanOneMegabyteAndNoThread() throws Exception {
        try (NativeHost host = new NativeHost(folder, HostBuild.PLAIN)) {
            assertThat(host.run("memory")).contains("grown by");
        }
    }
}
