package org.remotepkcs11.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.TestProxy;

/** A host that gives no PIN, {@code pin=prompt}, and an agent that the module started: pinentry asks the user. */
class PinentryTest {
    private static final String SCRIPTED = """
            #!/bin/bash
            echo 'OK at your service'
            while read -r line; do
                echo "$line" >> '%1$s/asked'
                [ "$line" != GETPIN ] || cat '%1$s/typed'
                echo OK
            done
            """;

    @TempDir(cleanup = CleanupMode.NEVER)
    private static Path folder;
    private static TestProxy proxy;

    @BeforeAll
    static void begin() throws Exception {
        proxy = TestProxy.builder().start();
        Path prompting = proxy.configuration().resolveSibling("prompting.properties");
        Files.writeString(prompting, Files.readString(proxy.configuration()).replaceAll("(?m)^pin=.*\n", "") + "pin=prompt\n");
        Path program = Files.writeString(folder.resolve("pinentry"), SCRIPTED.formatted(folder));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    @AfterAll
    static void end() {
        proxy.close();
    }

    /** Each pinentry program has an agent of its own, which ends soon after its last host. */
    private static Command tool(String pinentry, String terminal, String... words) {
        Map<String, String> environment = new HashMap<>(Map.of("RPKCS11_PINENTRY", pinentry, "RPKCS11_IDLE", "3",
                "RPKCS11_CONFIG", proxy.configuration().resolveSibling("prompting.properties").toString(),
                "RPKCS11_SOCKET", folder.resolve(Path.of(pinentry).getFileName() + "-agent/sock").toString(),
                "GPG_TTY", terminal, "XDG_STATE_HOME", folder.toString()));
        return Command.of("pkcs11-tool", "--module", Path.of("target/librpkcs11.so").toAbsolutePath().toString())
                .with(words).inEnvironment(environment);
    }

    private static Command scripted(String typed, String... words) throws IOException {
        Files.writeString(folder.resolve("typed"), typed.isEmpty() ? "" : "D " + typed + "\n");
        Files.deleteIfExists(folder.resolve("asked"));
        return tool(folder.resolve("pinentry").toString(), "/dev/pts/7", words);
    }

    private static String asked() throws IOException {
        return Files.readString(folder.resolve("asked"));
    }

    @Test
    void tokenSaysThatThePinIsAskedForElsewhere() throws IOException {
        assertThat(scripted("", "--list-token-slots").run()).contains("PIN pad present");
    }

    @Test
    void pinIsAskedForOnTheTerminalOfTheHost() throws IOException {
        assertThat(scripted(proxy.virtualPin().replace("-", "%2d"), "--login", "--list-objects").run())
                .contains("Private Key Object");
        assertThat(asked()).contains("OPTION ttyname=/dev/pts/7", "SETDESC pkcs11-tool[", "remote card Demo card of");
    }

    @Test
    void wrongPinIsSentOnceAndAskedForAnew() throws IOException {
        long before = proxy.server().requests();
        assertThatThrownBy(() -> scripted("wrong", "--login", "--list-objects").run())
                .hasMessageContaining("CKR_PIN_INCORRECT");
        assertThat(asked().split("GETPIN", -1)).hasSize(2);
        assertThat(proxy.server().requests() - before).isLessThanOrEqualTo(3);
    }

    @Test
    void userMayGiveUp() {
        assertThatThrownBy(() -> scripted("", "--login", "--list-objects").run())
                .hasMessageContaining("CKR_FUNCTION_CANCELED");
    }

    @Test
    void pinIsTypedIntoDebiansPinentry() throws Exception {
        Process terminal = new ProcessBuilder("script", "-qfc", "tty; exec sleep 600", "/dev/null").start();
        try (Writer keyboard = terminal.outputWriter(); var screen = terminal.inputReader()) {
            String name = screen.readLine().strip();
            CompletableFuture<String> listed = CompletableFuture.supplyAsync(() -> {
                try {
                    return tool("/usr/bin/pinentry-tty", name, "--login", "--list-objects").run();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            StringBuilder shown = new StringBuilder();
            while (shown.indexOf("PIN:") < 0) {
                int next = screen.read();
                assertThat(next).as("end of the screen after: " + shown).isNotNegative();
                shown.append((char) next);
            }
            keyboard.write(proxy.virtualPin() + "\n");
            keyboard.flush();
            assertThat(listed.get()).contains("Private Key Object");
            assertThat(shown.toString()).contains("remote card Demo card");
        } finally {
            terminal.destroyForcibly();
        }
    }
}
