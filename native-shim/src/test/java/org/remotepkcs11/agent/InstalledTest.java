package org.remotepkcs11.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.TestProxy;

/** What {@code install.sh} installs works where it is installed: the module, its agent, p11-kit's file, systemd's units. */
class InstalledTest {
    private static final String SCRIPT = Path.of("install.sh").toAbsolutePath().toString();

    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    @TempDir(cleanup = CleanupMode.NEVER)
    private static Path folder;
    private static TestProxy proxy;
    private static Path module;

    @BeforeAll
    static void install() throws Exception {
        install(folder.resolve("usr"), "");
        module = Path.of(filesBelow(folder.toString()).stream().filter(file -> file.endsWith("/librpkcs11.so")).findAny()
                .orElseThrow());
        proxy = TestProxy.builder().start();
    }

    @AfterAll
    static void end() {
        proxy.close();
    }

    private static Map<String, String> environment(String name) {
        return new HashMap<>(Map.of("RPKCS11_CONFIG", proxy.configuration().toString(), "PIN", proxy.virtualPin(),
                "RPKCS11_SOCKET", folder.resolve(name + "/agent.sock").toString(), "RPKCS11_IDLE", "2",
                "XDG_STATE_HOME", folder.resolve(name + "-state").toString(),
                "XDG_RUNTIME_DIR", folder.toString()));
    }

    private static String listed(String name) throws IOException {
        return Command.of("pkcs11-tool", "--module", module.toString(), "--login", "--pin", "env:PIN", "--list-objects")
                .inEnvironment(environment(name)).run();
    }

    private static String log(String name, String log) throws IOException {
        Path file = folder.resolve(name + "-state/rpkcs11").resolve(log);
        return Files.exists(file) ? Files.readString(file) : "";
    }

    @Test
    void moduleStartsTheAgentThatWasInstalledWithIt() throws IOException {
        assertThat(listed("started")).contains("Private Key Object");
        assertThat(log("started", "agent.log")).contains("agent listens");
    }

    @Test
    void moduleAnswersInTheHostsOwnProcess() throws IOException {
        Map<String, String> environment = environment("inside");
        environment.put("RPKCS11_DOOR", "in-process");
        assertThat(Command.of("pkcs11-tool", "--module", module.toString(), "--list-token-slots")
                .inEnvironment(environment).run()).contains("Demo card");
        assertThat(folder.resolve("inside")).as("folder of an agent's socket").doesNotExist();
    }

    @Test
    void anUpgradeTakesTheNextProgramToTheNewAgent() throws IOException {
        listed("upgraded");
        install(folder.resolve("usr"), "");
        assertThat(listed("upgraded")).contains("Private Key Object");
        assertThat(log("upgraded", "agent.log").split("agent listens", -1)).hasSize(3);
    }

    private static void install(Path prefix, String root, String... words) throws IOException {
        Command.of(SCRIPT, "--prefix", prefix.toString()).with(words).inEnvironment(Map.of("DESTDIR", root)).run();
    }

    @Test
    void programsThatAskP11KitFindTheModule() throws IOException {
        String registry = "/usr/share/p11-kit/modules";
        assertThat(Command.of("unshare", "-m", "sh", "-c", "mount --bind \"$0\" \"$1\" && exec p11-kit list-modules",
                folder + registry, registry).inEnvironment(environment("p11-kit")).run())
                .contains("rpkcs11: " + module, "token: Demo card");
    }

    @Test
    void socketOfSystemdStartsTheAgentAndSurvivesIt() throws Exception {
        Path socket = Files.createDirectory(folder.resolve("activated"), PRIVATE).resolve("agent.sock");
        ProcessBuilder systemd = new ProcessBuilder("systemd-socket-activate", "--inetd", "--listen=" + socket,
                "--setenv=RPKCS11_IDLE=2", folder.resolve("usr/libexec/rpkcs11-agent").toString());
        Process agent = systemd.redirectErrorStream(true).redirectOutput(folder.resolve("systemd.log").toFile()).start();
        while (!Files.exists(socket)) {
            assertThat(agent.waitFor(20, TimeUnit.MILLISECONDS)).as("ended before it listened").isFalse();
        }
        assertThat(listed("activated")).contains("Private Key Object");
        assertThat(log("activated", "agent.log")).as("the module started none").isEmpty();
        assertThat(agent.waitFor(1, TimeUnit.MINUTES)).as("idle agent ended").isTrue();
        assertThat(socket).as("systemd's").exists();
    }

    @Test
    void unitsPleaseSystemd() throws IOException {
        String units = folder.resolve("usr/lib/systemd/user").toString();
        assertThat(Command.of("systemd-analyze", "verify", "--user", units + "/rpkcs11-agent.service",
                units + "/rpkcs11-agent.socket").inEnvironment(environment("units")).run()).isEmpty();
    }

    @Test
    void nothingIsLeftAfterUninstalling() throws IOException {
        String root = folder.resolve("stage").toString();
        install(Path.of("/usr"), root);
        assertThat(filesBelow(root)).anyMatch(file -> file.startsWith(root + "/usr/lib/") && file.endsWith("/librpkcs11.so"));
        install(Path.of("/usr"), root, "--uninstall");
        assertThat(filesBelow(root)).isEmpty();
    }

    private static List<String> filesBelow(String root) throws IOException {
        try (Stream<Path> all = Files.walk(Path.of(root))) {
            return all.filter(Files::isRegularFile).map(Path::toString).toList();
        }
    }
}
