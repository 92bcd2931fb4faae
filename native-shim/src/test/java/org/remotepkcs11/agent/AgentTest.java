package org.remotepkcs11.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

class AgentTest {
    @TempDir
    Path folder;
    private AgentOptions options;

    @BeforeEach
    void prepare() {
        options = AgentOptions.of(Map.of("RPKCS11_SOCKET", folder.resolve("run/agent.sock").toString()));
    }

    private Agent start() throws IOException {
        return Agent.start(options, host -> new ToyToken()).orElseThrow();
    }

    private NativeHost host() throws IOException {
        return new NativeHost(folder, HostBuild.PLAIN);
    }

    @Test
    void secondAgentLeavesTheFirstAlone() throws Exception {
        try (Agent first = start()) {
            Process second = host().startAgent();
            assertThat(second.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(second.inputReader().readLine()).isEqualTo("ready");
            host().run("info");
        }
    }

    @Test
    void endedAgentLeavesNoSocket() throws Exception {
        start().close();
        try (var left = Files.list(folder.resolve("run"))) {
            assertThat(left).extracting(Path::getFileName).extracting(Path::toString).containsExactly("agent.sock.lock");
        }
        start().close();
    }

    @Test
    void staleSocketOfADeadAgentIsReplaced() throws Exception {
        Files.createDirectory(folder.resolve("run"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createSymbolicLink(options.socket(), Path.of("agent.sock.1"));
        try (Agent agent = start()) {
            host().run("info");
        }
    }

    @Test
    void idleAgentEnds() throws Exception {
        options = options.withIdle(Duration.ofMillis(100));
        try (Agent agent = start()) {
            assertThat(agent.awaitEnd(Duration.ofSeconds(20))).isTrue();
            assertThat(options.socket()).doesNotExist();
        }
    }

    @Test
    void folderOpenToOthersIsRefused() throws Exception {
        Files.createDirectory(folder.resolve("run"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        assertThatThrownBy(this::start).isInstanceOf(IOException.class).hasMessageContaining("this user alone may enter");
    }

    @Test
    void hostOfABadConfigurationReadsWhyInItsLog() throws Exception {
        try (Agent agent = Agent.start(options, host -> {
            throw new RefusedException(ErrorCode.CONFIGURATION_INVALID, "no file");
        }).orElseThrow()) {
            host().run("no-agent");
            assertThat(host().log("module.log")).contains("the agent refused: no file");
        }
    }

    @Test
    void malformedFrameEndsItsConnectionAlone() throws Exception {
        try (Agent agent = start(); SocketChannel bad = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            bad.connect(UnixDomainSocketAddress.of(options.socket()));
            bad.write(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes()));
            assertThat(bad.read(ByteBuffer.allocate(10))).isNegative();
            host().run("info");
        }
    }

    @Test
    void replacedProgramLeavesTheNameToTheNextAgent() throws Exception {
        Path jar = Files.writeString(folder.resolve("agent.jar"), "old");
        try (Agent old = Agent.start(options, host -> new ToyToken(), ProgramStamp.of(jar.toString())).orElseThrow()) {
            host().run("info");
            Files.setLastModifiedTime(jar, FileTime.fromMillis(1));
            try (NativeHost host = host()) {
                host.run("info");
                assertThat(host.log("agent.log")).contains("agent listens");
            }
        }
    }

    @Test
    void placeOfTheSocketIsFoundAsTheModuleFindsIt() {
        assertThat(SocketFolder.defaultSocket(Map.of("XDG_RUNTIME_DIR", "/x"))).isEqualTo(Path.of("/x/rpkcs11/agent.sock"));
        assertThat(SocketFolder.defaultSocket(Map.of()).toString()).matches("/(run/user/\\d+/rpkcs11|tmp/rpkcs11-\\d+)/agent.sock");
    }
}
