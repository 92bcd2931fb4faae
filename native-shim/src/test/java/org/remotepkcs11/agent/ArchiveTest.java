package org.remotepkcs11.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A native host's JVM takes our classes out of the archive that was made with the module. */
class ArchiveTest {
    private static final String SHARED = "source: shared objects file";

    @TempDir
    Path folder;

    /** The module's log: what its JVM says, here where each class came from. */
    private static String classes(NativeHost host) throws IOException, InterruptedException {
        // Of all ways to give options the only one that counts after the module's own. No proxy is configured.
        host.run("no-agent", Map.of("_JAVA_OPTIONS", "-Xlog:class+load:stdout:none"));
        return host.log("module.log");
    }

    @Test
    void classesComeOutOfTheArchive() throws Exception {
        try (NativeHost host = NativeHost.installed(folder)) {
            assertThat(classes(host)).contains("JVM: org.remotepkcs11.inprocess.Door " + SHARED,
                    "JVM: com.sun.jna.Memory " + SHARED);
        }
    }

    @Test
    void hostStartsWithoutAnArchiveThatIsNone() throws Exception {
        try (NativeHost host = NativeHost.installed(folder)) {
            Path other = Files.writeString(folder.resolve("other.archive"), "no archive");
            Path conf = folder.resolve("librpkcs11.conf");
            Files.writeString(conf, Files.readString(conf) + "archive = " + other + "\n");
            assertThat(classes(host)).contains("org.remotepkcs11.inprocess.Door source: file:");
        }
    }
}
