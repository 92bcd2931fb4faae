package org.remotepkcs11.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.authority.Authority;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

class PrivateDirectoryTest {
    @TempDir
    private Path folder;
    private PrivateDirectory directory;

    @BeforeEach
    void createDirectory() throws Exception {
        directory = PrivateDirectory.create(folder.resolve("home"));
    }

    @Test
    void directoryAndFilesAreTheOwnersAlone() throws Exception {
        directory.write("secret", new byte[32]);
        assertThat(mode(directory.path())).isEqualTo("rwx------");
        assertThat(mode(directory.path().resolve("secret"))).isEqualTo("rw-------");
        assertThat(directory.read("secret")).hasSize(32);
    }

    @Test
    void writingReplacesTheWholeFileAndLeavesNothingElse() throws Exception {
        directory.write("secret", new byte[32]);
        directory.write("secret", new byte[] {7});
        assertThat(directory.read("secret")).containsExactly(7);
        assertThat(directory.path()).isDirectoryContaining("glob:**/secret").satisfies(d -> {
            try (var files = Files.list(d)) {
                assertThat(files).hasSize(1);
            }
        });
    }

    @Test
    void missingFileIsNamed() {
        assertRefused(() -> directory.read("vault.secret"), "vault.secret is missing");
    }

    @Test
    void fileThatOthersMayReadIsRefused() throws Exception {
        directory.write("secret", new byte[32]);
        Files.setPosixFilePermissions(directory.path().resolve("secret"), PosixFilePermissions.fromString("rw-r-----"));
        assertRefused(() -> directory.read("secret"), "chmod 600");
    }

    @Test
    void directoryThatOthersMayEnterIsRefused() throws Exception {
        Files.setPosixFilePermissions(directory.path(), PosixFilePermissions.fromString("rwx--x---"));
        assertRefused(() -> PrivateDirectory.open(directory.path()), "chmod 700");
        assertRefused(() -> PrivateDirectory.open(folder.resolve("nowhere")), "there is no directory");
    }

    @Test
    void keyComesBackWithItsChain() throws Exception {
        Authority authority = Authority.create(Instant.now());
        new KeyEntry(authority.key(), List.of(authority.certificate())).write(directory, "authority.p12");
        KeyEntry back = KeyEntry.read(directory, "authority.p12");
        assertThat(back.key()).isEqualTo(authority.key());
        assertThat(back.chain()).containsExactly(authority.certificate());
    }

    @Test
    void damagedKeyFileIsRefused() throws Exception {
        directory.write("authority.p12", new byte[100]);
        assertRefused(() -> KeyEntry.read(directory, "authority.p12"), "authority.p12 is damaged");
    }

    private static void assertRefused(ThrowingCallable call, String detail) {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(call).withMessageContaining(detail)
                .extracting(RefusedException::code).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
