package org.remotepkcs11.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.TestProxy;

/** The disk that logs and receipts are kept on is full; the user still signs. */
class FullDiskTest {
    private static final String FILL = """
            mount -t tmpfs -o size=64k none "$XDG_STATE_HOME"
            dd if=/dev/zero of="$XDG_STATE_HOME/filled" bs=4k 2> "$XDG_STATE_HOME/../dd.log" || :
            "$@"
            """;

    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    @Test
    void programSignsAllTheSame() throws Exception {
        Path state = Files.createDirectory(folder.resolve("state"));
        Path letter = Files.writeString(folder.resolve("letter"), "Dear Sir or Madam\n");
        try (TestProxy proxy = TestProxy.builder().start()) {
            Command.of("unshare", "-m", "sh", "-c", FILL, "sh", "pkcs11-tool", "--module",
                    Path.of("target/librpkcs11.so").toAbsolutePath().toString(), "--login", "--pin", "env:PIN", "--sign",
                    "--label", "rsa-2048", "-m", "SHA256-RSA-PKCS", "-i", letter.toString(), "-o", folder.resolve("signature").toString())
                    .inEnvironment(Map.of("RPKCS11_CONFIG", proxy.configuration().toString(), "PIN", proxy.virtualPin(),
                            "RPKCS11_SOCKET", folder.resolve("agent/agent.sock").toString(), "RPKCS11_IDLE", "2",
                            "XDG_STATE_HOME", state.toString())).run();
        }
        assertThat(folder.resolve("dd.log")).content().contains("No space left on device");
        assertThat(folder.resolve("signature")).hasSize(256);
    }
}
