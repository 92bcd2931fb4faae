package org.remotepkcs11.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.testkit.Refusing.refusal;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.proxy.ProxyHome;
import org.remotepkcs11.proxy.ProxyHome.Settings;
import org.remotepkcs11.proxy.ProxyServer;
import org.remotepkcs11.wire.ErrorCode;

class ProxyStartTest {
    @TempDir
    private Path folder;

    @Test
    void homeIsReadableByItsOperatorAlone() throws Exception {
        ProxyHome home = ProxyHome.init(folder.resolve("home"), Settings.local(0));
        ProxyServer.start(home).close();
        assertThat(mode(home.directory())).isEqualTo("rwx------");
        for (String secret : List.of("authority.p12", "reply.p12", "log.p12", "tls.p12", "vault.secret",
                "policy.secret")) {
            assertThat(mode(home.directory().resolve(secret))).as(secret).isEqualTo("rw-------");
        }
    }

    @Test
    void homeIsMadeOnceOnly() throws Exception {
        ProxyHome.init(folder.resolve("home"), Settings.local(0));
        refusal(ErrorCode.CONFIGURATION_INVALID, () -> ProxyHome.init(folder.resolve("home"), Settings.local(0)));
        assertThat(ProxyHome.open(folder.resolve("home")).configuration().port()).isZero();
    }

    @Test
    void directoryWithoutProxyIsTold() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        assertThat(refusal(ErrorCode.CONFIGURATION_INVALID, () -> ProxyHome.open(empty)).detail())
                .contains("rpkcs11 proxy init");
    }

    @ParameterizedTest
    @ValueSource(strings = {"authority.p12", "reply.p12", "log.p12"})
    void lostKeyIsNamed(String file) throws Exception {
        ProxyHome home = ProxyHome.init(folder.resolve("home"), Settings.local(0));
        Files.delete(home.directory().resolve(file));
        assertThat(refusal(ErrorCode.CONFIGURATION_INVALID, () -> ProxyHome.open(home.directory())).detail())
                .contains(file + " is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vault", "policy"})
    void lostSecretIsNamed(String name) throws Exception {
        ProxyHome home = ProxyHome.init(folder.resolve("home"), Settings.local(0));
        Files.delete(home.directory().resolve(name + ".secret"));
        assertThat(refusal(ErrorCode.CONFIGURATION_INVALID, () -> ProxyServer.start(home)).detail())
                .contains("the " + name + " key that the store goes with is missing", "restore it from a backup");
    }

    @Test
    void twoServersOfOneHomeAreRefused() throws Exception {
        ProxyHome home = ProxyHome.init(folder.resolve("home"), Settings.local(0));
        try (ProxyServer first = ProxyServer.start(home)) {
            assertThat(refusal(ErrorCode.CONFIGURATION_INVALID, () -> ProxyServer.start(home)).detail())
                    .contains("another process serves");
            assertThat(first.port()).isPositive();
        }
        ProxyServer.start(home).close();
    }

    @Test
    void takenPortIsTold() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ProxyHome home = ProxyHome.init(folder.resolve("home"), Settings.local(taken.getLocalPort()));
            assertThat(refusal(ErrorCode.CONFIGURATION_INVALID, () -> ProxyServer.start(home)).detail())
                    .contains("cannot listen on 127.0.0.1 port " + taken.getLocalPort());
        }
    }

    @Test
    void moduleThatIsNoneIsTold() throws Exception {
        Settings settings = Settings.local(0).withModule("none", Files.createFile(folder.resolve("none.so")));
        ProxyHome home = ProxyHome.init(folder.resolve("home"), settings);
        assertThat(refusal(ErrorCode.CONFIGURATION_INVALID, () -> ProxyServer.start(home)).detail())
                .contains("module none cannot be used");
    }

    @Test
    void tlsKeyIsMadeAnewForOtherNames() throws Exception {
        ProxyHome home = ProxyHome.init(folder.resolve("home"), Settings.local(0));
        ProxyServer.start(home).close();
        byte[] before = Files.readAllBytes(home.directory().resolve("tls.p12"));
        ProxyServer.start(home).close();
        assertThat(home.directory().resolve("tls.p12")).hasBinaryContent(before);
        Path file = home.directory().resolve("proxy.properties");
        Files.writeString(file, Files.readString(file).replaceFirst("names = .*", "names = proxy.example.org"));
        ProxyServer.start(ProxyHome.open(home.directory())).close();
        assertThat(Files.readAllBytes(home.directory().resolve("tls.p12"))).isNotEqualTo(before);
    }

    @Test
    void startingLeavesNoHalfWrittenFiles() throws Exception {
        ProxyHome home = ProxyHome.init(folder.resolve("home"), Settings.local(0));
        ProxyServer.start(home).close();
        try (Stream<Path> files = Files.list(home.directory())) {
            assertThat(files).noneMatch(file -> file.toString().endsWith(".new"));
        }
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
