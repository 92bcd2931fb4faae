package org.remotepkcs11.testkit.cards;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Settings;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Settings.Calling;
import org.remotepkcs11.proxy.cards.process.ModuleEnvironment;
import org.remotepkcs11.proxy.cards.process.ProcessModule;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.SoftHsmToken;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/** How a module is called, as OpenSC's spy writes it down, with SoftHSM behind it. */
@Timeout(120)
class ModuleSettingsTest {
    private static final Path SPY = Path.of("/usr/lib/x86_64-linux-gnu/pkcs11-spy.so");
    private static final int LANES = 4;
    /** The spy numbers each call where it begins. */
    private static final Pattern CALL = Pattern.compile("^\\d+: (C_\\w+)|^(Returned:)", Pattern.MULTILINE);

    @TempDir
    Path folder;
    private SoftHsmToken token;

    @BeforeEach
    void makeToken() throws Exception {
        token = SoftHsmToken.create("spied", SoftHsmKey.RSA_2048);
    }

    @AfterEach
    void closeToken() {
        token.close();
    }

    private Path output() {
        return folder.resolve("spy.log");
    }

    private String calls(Pkcs11Settings settings, boolean perCard, int signatures) throws Exception {
        Map<String, String> environment = new HashMap<>(token.environment());
        environment.put("PKCS11SPY", SoftHsmToken.module().toString());
        environment.put("PKCS11SPY_OUTPUT", output().toString());
        ProcessModule module = ProcessModule.start(settings,
                new ProcessModule.Terms(perCard, Duration.ofSeconds(30), ModuleEnvironment.with(environment)));
        while (module.scan(false).stream().noneMatch(card -> card.serial().equals(token.serial()))) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        try (PluggedCard card = PluggedCard.find(module, "spied", token.pin())) {
            card.checkPin(token.pin());
            List<CompletableFuture<byte[]>> all = IntStream.range(0, signatures)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> sign(card), task -> new Thread(task).start())).toList();
            all.forEach(CompletableFuture::join);
        }
        return Files.readString(output());
    }

    private static byte[] sign(PluggedCard card) {
        try {
            return card.apply(SoftHsmKey.RSA_2048.label(), Operation.Kind.SIGN, Mechanisms.RSA_PKCS, new byte[20]);
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    private static Pkcs11Settings settings(int lanes, boolean serialise) {
        return Pkcs11Settings.of("spy", SPY).withLanes(lanes).withCalling(new Calling(serialise, ""));
    }

    /** Most calls that were in the module at once. */
    private static int together(String log) {
        int most = 0;
        int open = 0;
        for (Matcher call = CALL.matcher(log); call.find();) {
            open += call.group(1) == null ? -1 : 1;
            most = Math.max(most, open);
        }
        return most;
    }

    @Test
    void moduleIsCalledByOneThreadAtATimeWhereItIsToldSo() throws Exception {
        String log = calls(settings(LANES, true), false, 40);
        assertThat(log).contains("C_Sign").doesNotContain("CKF_OS_LOCKING_OK");
        assertThat(together(log)).isEqualTo(1);
    }

    @Test
    void moduleIsCalledByAsManyThreadsAsItHasLanesElse() throws Exception {
        String log = calls(settings(LANES, false), false, 40);
        assertThat(log).contains("CKF_OS_LOCKING_OK");
        assertThat(together(log)).isBetween(2, LANES + 1);
    }

    @Test
    void processOfOneCardInitialisesItsModuleWithoutThreads() throws Exception {
        String log = calls(settings(1, false), true, 4);
        assertThat(log).contains("pInitArgs = (nil)").doesNotContain("CKF_OS_LOCKING_OK");
    }
}
