package org.remotepkcs11.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A socket is used among processes of one user only, whatever the file system says. Needs root, to be another user too. */
class AnotherUserTest {
    /** Listens as nobody at a socket in a folder that only root may enter. */
    private static final String IMPOSTOR = """
            import os, socket, sys
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(sys.argv[1])
            os.setuid(65534)
            listener.listen(1)
            print("ready", flush=True)
            sys.stdin.read()
            """;
    private static final String STRANGER = """
            import os, socket, sys
            stranger = socket.socket(socket.AF_UNIX)
            os.setuid(65534)
            stranger.connect(sys.argv[1])
            print(stranger.recv(1))
            """;

    @TempDir
    Path folder;

    private static Process python(String program, Path socket) throws IOException {
        return new ProcessBuilder("/usr/bin/python3", "-c", program, socket.toString()).redirectErrorStream(true).start();
    }

    @Test
    void agentOfAnotherUserIsToldNothing() throws Exception {
        NativeHost host = new NativeHost(folder, HostBuild.PLAIN);
        Files.createDirectory(host.socket().getParent(), PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString("rwx------")));
        Process impostor = python(IMPOSTOR, host.socket());
        try {
            assertThat(impostor.inputReader().readLine()).isEqualTo("ready");
            host.run("no-agent");
            assertThat(host.log("module.log")).contains("the agent's socket belongs to another user; it is not used");
        } finally {
            impostor.destroy();
        }
    }

    @Test
    void hostOfAnotherUserIsTurnedAway() throws Exception {
        AgentOptions options = AgentOptions.of(Map.of("RPKCS11_SOCKET", folder.resolve("run/agent.sock").toString()));
        try (Agent agent = Agent.start(options, host -> new ToyToken()).orElseThrow()) {
            for (Path open : new Path[] {folder, folder.resolve("run"), agent.path()}) {
                Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
            }
            Process stranger = python(STRANGER, agent.path());
            assertThat(stranger.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(stranger.inputReader().readLine()).as("end of the connection").isEqualTo("b''");
        }
    }
}
