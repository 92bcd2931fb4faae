package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.SoftHsmToken;

/**
 * PINs that can be recognised are used, right and wrong ones, for adding a card, delegating, signing and changing; then
 * every file, all output, and the heaps of proxy, owner and user with their garbage are searched for them.
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
        Path proxyDump = dumps.resolve("proxy.hprof");
        Program.jdk(folder, "jmap", "-dump:format=b,file=" + proxyDump, Long.toString(proxy.pid())).succeed();
        List<String> found = new ArrayList<>(new ProcessMemory(proxy.pid()).find(planted()));
        for (ProcessHandle module : ProcessHandle.of(proxy.pid()).orElseThrow().descendants().toList()) {
            found.addAll(new ProcessMemory(module.pid()).find(planted()));
        }
        for (Path file : searched()) {
            found.addAll(Haystack.find(file, planted()));
        }
        assertThat(found).isEmpty();
        assertThat(planted()).noneMatch(said::contains);
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
