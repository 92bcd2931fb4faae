package org.remotepkcs11.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFilesTest {
    @TempDir
    private Path folder;

    @Test
    void writtenFileIsReadableByItsUserAlone() throws IOException {
        Path file = folder.resolve("secret");
        PrivateFiles.write(file, new byte[] {1, 2});
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(PrivateFiles.openToOthers(file)).isFalse();
    }

    @Test
    void replacedFileLosesThePermissionsItHad() throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(PrivateFiles.openToOthers(file)).isTrue();
        PrivateFiles.write(file, new byte[0]);
        assertThat(PrivateFiles.openToOthers(file)).isFalse();
    }

    @Test
    void createdFolderIsClosedToOthers() throws IOException {
        Path made = folder.resolve("a/b");
        PrivateFiles.createFolder(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made))).isEqualTo("rwx------");
    }
}
