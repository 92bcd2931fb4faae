package org.remotepkcs11.testkit.piv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.cards.Card;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Settings;
import org.remotepkcs11.proxy.cards.process.ModuleEnvironment;
import org.remotepkcs11.proxy.cards.process.ProcessModule;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.TestAuthority;

/** OpenSC with the configuration that docs/cards.md proposes, which the module's processes get by OPENSC_CONF. */
@Timeout(180)
class OpenScConfigurationTest {
    private static final int CARDS = 6;
    private static final int SHOWN_BY_DEFAULT = 4;

    @TempDir
    Path folder;
    private PcscDaemon daemon;
    private ProcessModule module;

    @BeforeEach
    void plug() throws Exception {
        daemon = PcscDaemon.withReaders(CARDS);
        PivKey key = PivKey.p256(TestAuthority.named("PIV test authority"), "Olivia Owner");
        for (int i = 0; i < CARDS; i++) {
            daemon.reader(i).insert(PivCard.numbered(0x5000_0000_0000_0001L + i).key(PivSlot.SIGNATURE, key).build());
        }
    }

    @AfterEach
    void unplug() throws Exception {
        module.close();
        daemon.close();
    }

    private void start(Map<String, String> configuration) throws IOException {
        Map<String, String> environment = new HashMap<>(daemon.environment());
        environment.remove("OPENSC_CONF");
        environment.putAll(configuration);
        module = ProcessModule.start(Pkcs11Settings.of("opensc", CardBox.OPENSC),
                new ProcessModule.Terms(false, Duration.ofSeconds(60), ModuleEnvironment.with(environment)));
    }

    private Map<String, String> documented() throws IOException {
        Matcher block = Pattern.compile("```text\\n(app default .*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../docs/cards.md")));
        assertThat(block.find()).isTrue();
        return Map.of("OPENSC_CONF", Files.writeString(folder.resolve("opensc.conf"), block.group(1)).toString());
    }

    /** Once their number stays. */
    private List<Card> cards() throws Exception {
        List<Card> seen = List.of();
        Instant since = Instant.now();
        while (seen.isEmpty() || since.plusSeconds(3).isAfter(Instant.now())) {
            List<Card> now = new ArrayList<>(module.scan(true));
            if (now.size() != seen.size()) {
                since = Instant.now();
                seen = now;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return seen;
    }

    private Command anotherProgram() {
        return Command.of("timeout", "5", "pkcs11-tool", "--module", CardBox.OPENSC.toString(), "--slot-index", "0",
                "--list-objects").inEnvironment(daemon.environment());
    }

    private void unlock(List<Card> cards) throws Exception {
        try (CardPin pin = CardPin.ofUtf8("123456".getBytes(StandardCharsets.UTF_8))) {
            for (Card card : cards) {
                card.checkPin(pin);
            }
        }
    }

    @Test
    void moreThanFourCardsAreShownAndOnesThatAreUnlockedAnswerNobodyElse() throws Exception {
        start(documented());
        List<Card> cards = cards();
        assertThat(cards).hasSize(CARDS);
        unlock(cards);
        assertThatExceptionOfType(IOException.class).isThrownBy(anotherProgram()::run);
    }

    @Test
    void withoutItFourCardsAreShownAndOthersUseThemToo() throws Exception {
        start(Map.of());
        List<Card> cards = cards();
        assertThat(cards).hasSize(SHOWN_BY_DEFAULT);
        unlock(cards);
        assertThat(anotherProgram().run()).contains("Certificate Object");
    }
}
