package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.cli.Program.Ended;

/** The script that builds and starts the program, in a tree whose Maven and JDK are shell scripts. */
class ScriptTest {
    private static final String BUILD = """
            echo build >>builds
            mkdir -p cli/target provider/target
            printf LIBRARY >cli/target/classpath
            printf CLIENT >provider/target/classpath
            sleep 1
            """;

    @TempDir
    private Path folder;
    private Path tree;

    @BeforeEach
    void makeTree() throws IOException {
        tree = Files.createDirectories(folder.resolve("a tree"));
        Files.createDirectories(tree.resolve("cli/src/main"));
        Files.createFile(tree.resolve("pom.xml"));
        Files.createFile(tree.resolve("cli/pom.xml"));
        Files.copy(Repository.file("rpkcs11"), tree.resolve("rpkcs11"));
        makeJdk("17.0.9");
        script("tools/mvn", BUILD);
    }

    private void makeJdk(String version) throws IOException {
        script("jdk/bin/javac", "");
        script("jdk/bin/java", "for word; do echo \"$word\"; done\n");
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"" + version + "\"\n");
    }

    private void script(String name, String commands) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + commands);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Program rpkcs11(Path script, String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = script.toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return Program.of(folder, command).with("JAVA_HOME", folder.resolve("jdk").toString())
                .with("PATH", folder.resolve("tools") + ":/usr/bin:/bin");
    }

    private Program rpkcs11(String... arguments) {
        return rpkcs11(tree.resolve("rpkcs11"), arguments);
    }

    private long builds() throws IOException {
        return Files.readAllLines(tree.resolve("builds")).size();
    }

    @Test
    void firstRunBuildsAndTheNextOneDoesNot() throws Exception {
        assertThat(rpkcs11("status").succeed()).contains("building").contains("org.remotepkcs11.cli.Main\nstatus\n");
        assertThat(rpkcs11("status").succeed()).doesNotContain("building");
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void changedSourceIsBuiltAgain() throws Exception {
        rpkcs11().succeed();
        Path source = Files.createFile(tree.resolve("cli/src/main/New.java"));
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(2)));
        rpkcs11().succeed();
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void twoAtOnceBuildOnce() throws Exception {
        Process first = rpkcs11("one").start(folder.resolve("first"));
        Process second = rpkcs11("two").start(folder.resolve("second"));
        assertThat(first.waitFor()).isZero();
        assertThat(second.waitFor()).isZero();
        assertThat(builds()).isEqualTo(1);
        assertThat(folder.resolve("second")).content().endsWith("two\n");
    }

    @Test
    void failingBuildShowsWhatMavenSaid() throws Exception {
        script("tools/mvn", "echo 'COMPILATION ERROR here'; exit 1\n");
        Ended ended = rpkcs11("status").run();
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.output()).contains("COMPILATION ERROR here").contains("rpkcs11: the build failed");
    }

    @Test
    void classPathHoldsTheModulesBeforeTheLibraries() throws Exception {
        assertThat(rpkcs11().succeed()).contains(tree + "/cli/target/classes:" + tree + "/native-shim/target/classes:"
                        + tree + "/provider/target/classes:")
                .contains("/proto/target/classes:LIBRARY\n")
                .contains("-Drpkcs11.client.classpath=" + tree + "/provider/target/classes:");
    }

    @Test
    void symbolicLinkToTheScriptWorks() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("a tree/rpkcs11"));
        assertThat(rpkcs11(link, "status").succeed()).contains("status\n");
    }

    @Test
    void nativeAccessIsAllowedWhereJavaAsksForIt() throws Exception {
        assertThat(rpkcs11().succeed()).doesNotContain("--enable-native-access");
        makeJdk("25.0.3");
        assertThat(rpkcs11().succeed()).contains("--enable-native-access=ALL-UNNAMED\n");
    }

    @Test
    void tooOldJdkIsRefused() throws Exception {
        makeJdk("11.0.20");
        Ended ended = rpkcs11("status").run();
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.output()).contains("is not a JDK 17 or later").contains("hint: ");
    }

    @Test
    void missingMavenIsSaid() throws Exception {
        Files.delete(folder.resolve("tools/mvn"));
        for (String tool : new String[] {"dirname", "find", "head", "sed", "mkdir", "readlink"}) {
            Files.createSymbolicLink(folder.resolve("tools").resolve(tool), Path.of("/usr/bin", tool));
        }
        Ended ended = rpkcs11("status").with("PATH", folder.resolve("tools").toString()).run();
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.output()).contains("Maven was not found").contains("hint: ");
    }

    @Test
    void scriptsAreCleanPosixShell() throws Exception {
        Program.of(Repository.ROOT, "shellcheck", "rpkcs11", ".ci/run", "native-shim/install.sh").succeed();
    }
}
