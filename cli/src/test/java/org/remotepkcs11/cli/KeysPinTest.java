package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.SoftHsmToken;

/** The PIN of the token of a proxy's own keys, in an environment variable. */
class KeysPinTest {
    private static final String VARIABLE = "PIN_OF_KEYS";

    @TempDir
    private Path folder;

    private static String proc(ProcessHandle process, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path makeProxy(SoftHsmToken token, Map<String, String> environment) throws Exception {
        Path proxy = folder.resolve("proxy");
        new Console().succeed("proxy", "init", proxy, "--port", 0, "--module", "cards=" + SoftHsmToken.module());
        Files.write(proxy.resolve("proxy.properties"), List.of("module.cards.process = card", "policy.key = token",
                "keys.module = " + SoftHsmToken.module(), "keys.token = " + token.label(), "keys.pin = env:" + VARIABLE),
                StandardOpenOption.APPEND);
        Program rekey = Program.rpkcs11(folder, "proxy", "rekey", "policy", proxy.toString());
        environment.forEach(rekey::with);
        rekey.succeed();
        return proxy;
    }

    @Test
    @Timeout(180)
    void reachesNoProcessOfAModule() throws Exception {
        try (SoftHsmToken token = SoftHsmToken.create("keys and cards", SoftHsmKey.P_256)) {
            Map<String, String> environment = Map.of("SOFTHSM2_CONF", token.environment().get("SOFTHSM2_CONF"), VARIABLE,
                    token.pin());
            Path proxy = makeProxy(token, environment);
            try (Background serving = Background.start(environment, "proxy", "serve", proxy.toString())) {
                ProcessHandle server = ProcessHandle.of(serving.pid()).orElseThrow();
                List<ProcessHandle> modules = List.of();
                while (modules.isEmpty()) {
                    TimeUnit.MILLISECONDS.sleep(50);
                    modules = server.descendants().filter(child -> proc(child, "cmdline").contains("ModuleHost")).toList();
                }
                assertThat(proc(server, "environ")).contains(VARIABLE, token.pin());
                assertThat(modules).extracting(module -> proc(module, "environ")).allSatisfy(variables ->
                        assertThat(variables).contains("SOFTHSM2_CONF=").doesNotContain(VARIABLE, token.pin()));
            }
        }
    }
}
