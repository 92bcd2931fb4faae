package org.remotepkcs11.testkit.piv;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Settings;
import org.remotepkcs11.proxy.cards.process.ModuleEnvironment;
import org.remotepkcs11.proxy.cards.process.ProcessModule;

/** A module's process does not outlive its use. */
class ModuleProcessEndTest {
    @TempDir
    Path folder;
    private PcscDaemon daemon;

    @BeforeEach
    void start() throws Exception {
        daemon = PcscDaemon.withReaders(2);
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private static Stream<ProcessHandle> moduleProcesses(ProcessHandle proxy) {
        return proxy.children().filter(child -> child.info().commandLine().orElse("").contains("ModuleHost"));
    }

    private static void assertEnds(ProcessHandle process) throws Exception {
        process.onExit().get(60, TimeUnit.SECONDS);
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void processWhoseDriverHangsEndsWithTheProxyThatWasKilled() throws Exception {
        PivCard card = PivCard.numbered(7).build();
        card.plan().commandsTake(Duration.ofMinutes(10));
        daemon.reader(0).insert(card);
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), CardScanMain.class.getName(), CardBox.OPENSC.toString());
        builder.environment().putAll(daemon.environment());
        Process proxy = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectErrorStream(true).start();
        CardBox.await(() -> card.commands() > 0);
        ProcessHandle scout = moduleProcesses(proxy.toHandle()).findFirst().orElseThrow();
        proxy.destroyForcibly();
        assertEnds(scout);
    }

    @Test
    void processThatNoLongerWatchesItsCardEnds() throws Exception {
        daemon.reader(0).insert(PivCard.numbered(8).build());
        String broken = "org/remotepkcs11/proxy/cards/pkcs11/TokenObjects";
        Map<String, String> environment = new java.util.HashMap<>(daemon.environment());
        environment.put("JDK_JAVA_OPTIONS", "-javaagent:" + BrokenClass.archive(folder) + "=" + broken);
        try (ProcessModule module = ProcessModule.start(Pkcs11Settings.of("opensc", CardBox.OPENSC),
                new ProcessModule.Terms(true, Duration.ofSeconds(60), ModuleEnvironment.with(environment)))) {
            ProcessHandle scout = moduleProcesses(ProcessHandle.current()).findFirst().orElseThrow();
            CardBox.await(() -> {
                module.scan(false);
                return moduleProcesses(ProcessHandle.current()).anyMatch(process -> !process.equals(scout));
            });
            assertEnds(moduleProcesses(ProcessHandle.current()).filter(process -> !process.equals(scout)).findFirst().orElseThrow());
            assertThat(scout.isAlive()).isTrue();
        }
    }
}
