package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.SoftHsmToken;

/**
 * PINs that can be recognised are used, right and wrong ones, for adding a card, delegating, signing and changing; then
 * every file, all output, the heaps of proxy, module, owner and user with their garbage, and the native memory of proxy and
 * module are searched for them.
 */
class PlantedPinTest {
    private static final String WRONG = "wrong-planted-pin-5519";

    private SoftHsmToken token;
    private GatedProxy proxy;
    @TempDir
    private Path folder;
    @TempDir
    private Path dumps;

    @BeforeEach
    void startProxy() throws Exception {
        token = SoftHsmToken.create(GatedProxy.LABEL, SoftHsmKey.RSA_2048);
        proxy = new GatedProxy(folder, token);
    }

    @AfterEach
    void stopProxy() throws Exception {
        proxy.close();
        token.close();
    }

    private List<String> planted() {
        return List.of(token.pin(), GatedProxy.virtualPin("olivia"), GatedProxy.virtualPin("ugo"), WRONG);
    }

    @Test
    void pinsAreInNoFileLogMessageOrDump() throws Exception {
        String said = useAsUgo() + tellPins();
        assertThat(said).contains("PIN_WRONG", "signed 256 bytes", "CARD_PIN_REFUSED", "ended with 0");
        List<Long> processes = processes();
        List<String> found = new ArrayList<>();
        for (long pid : processes) {
            found.addAll(new NativeMemory(pid).find(planted()));
            Program.jdk(folder, "jmap", "-dump:format=b,file=" + dumps.resolve(pid + ".hprof"), Long.toString(pid)).succeed();
        }
        for (Path file : searched()) {
            found.addAll(Haystack.find(file, planted()));
        }
        assertThat(found).isEmpty();
        assertThat(planted()).noneMatch(said::contains);
    }

    /** Of the proxy and of those that its cards are driven by. */
    private List<Long> processes() {
        ProcessHandle server = ProcessHandle.of(proxy.pid()).orElseThrow();
        List<Long> all = Stream.concat(Stream.of(server), server.descendants()).map(ProcessHandle::pid).toList();
        assertThat(all).hasSizeGreaterThan(1);
        return all;
    }

    private String useAsUgo() throws IOException, InterruptedException {
        return Program.jdk(folder, "java", "-Xmx96m", "-cp", System.getProperty("surefire.test.class.path",
                        System.getProperty("java.class.path")), PlantedClient.class.getName(),
                proxy.configuration("ugo").toString(), dumps.resolve("client.hprof").toString())
                .with("XDG_STATE_HOME", folder.resolve("state").toString())
                .input(WRONG + "\n" + GatedProxy.virtualPin("ugo") + "\n").succeed();
    }

    /** The owner tells the proxy a wrong PIN of the card, then the right one. */
    private String tellPins() throws IOException, InterruptedException {
        return tellPin("refused", WRONG) + tellPin("taken", token.pin());
    }

    private String tellPin(String name, String pin) throws IOException, InterruptedException {
        Path file = Files.writeString(dumps.resolve(name + ".pin"), pin);
        return Program.jdk(folder, "java", "-Xmx96m", "-cp", System.getProperty("surefire.test.class.path",
                        System.getProperty("java.class.path")), PlantedOwner.class.getName(),
                dumps.resolve(name + ".hprof").toString(), "card", "pin", GatedProxy.LABEL, "--card-pin", "file:" + file,
                "--pin", "file:" + folder.resolve("olivia.pin"), "--config", proxy.configuration("olivia").toString())
                .with("XDG_STATE_HOME", folder.resolve("state").toString()).succeed();
    }

    /** Everything but the files in which the test itself handed the PINs over. */
    private List<Path> searched() {
        List<Path> files = new ArrayList<>(Repository.filesBelow(folder, ""));
        files.addAll(Repository.filesBelow(dumps, ".hprof"));
        files.add(proxy.complaints());
        files.removeIf(file -> !Files.isRegularFile(file) || file.toString().endsWith(".pin"));
        assertThat(files).hasSizeGreaterThan(15);
        return files;
    }
}
