package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.testkit.WireClient;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.PinProof;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Secret;

/** The beginning of an id in the place of the whole: at a terminal it is shown and asked about, else it names nothing. */
class ApprovePromptTest {
    private static final String QUESTION = "approve this? [y/N] ";

    private final Console console = new Console();
    @TempDir
    private Path folder;
    private TestProxy proxy;
    private WireClient user;
    private RemoteCard card;

    @BeforeEach
    void start() throws Exception {
        proxy = TestProxy.builder().limits(Limits.NONE.withApproval(Duration.ofMinutes(30))).start();
        Files.writeString(folder.resolve("owner.pin"), proxy.ownerPin());
        user = proxy.client(proxy.user());
        card = user.open().snapshot().orElseThrow().cards().get(0);
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private void ask() throws Exception {
        PrivateKeyObject key = card.keys().stream().filter(one -> one.label().equals("p-256")).findFirst().orElseThrow();
        Operation sign = new Operation(key.fingerprint(), Operation.Kind.SIGN, Mechanisms.ECDSA, Operation.NO_PARAMETERS,
                new byte[32]);
        Outcome outcome = user.exchange(user.seal(new Request.Use(card.id(), List.of(sign), Duration.ZERO),
                Secret.ofPinProof(PinProof.derive(proxy.virtualPin().toCharArray(), card.pin(), user.proxy())),
                Id.random())).outcome();
        assertThat(((Outcome.Refused) outcome).refusal().code()).isEqualTo(ErrorCode.APPROVAL_PENDING);
    }

    private List<String> waiting() throws Exception {
        return proxy.owner().approvals().stream().filter(one -> !one.approved())
                .map(one -> one.name().toString().substring(0, 40)).toList();
    }

    /** What the owner sees on a terminal, who answers the question so. */
    private String atATerminal(String prefix, String answer) throws Exception {
        String command = String.join(" ", System.getProperty("java.home") + "/bin/java", "-cp",
                System.getProperty("java.class.path"), "org.remotepkcs11.cli.Main", "approve", prefix, "--config",
                proxy.ownerConfiguration().toString(), "--pin", "file:" + folder.resolve("owner.pin"));
        ProcessBuilder builder = new ProcessBuilder("script", "-qec", command, "/dev/null").redirectErrorStream(true);
        Process terminal = builder.start();
        StringBuilder screen = new StringBuilder();
        try (Writer keyboard = terminal.outputWriter(); var shown = terminal.inputReader()) {
            for (int next = shown.read(); next >= 0; next = shown.read()) {
                screen.append((char) next);
                if (screen.toString().endsWith(QUESTION)) {
                    keyboard.write(answer + "\n");
                    keyboard.flush();
                }
            }
        }
        terminal.waitFor();
        return screen.toString();
    }

    @Test
    void whatTheBeginningFitsIsShownBeforeItIsApproved() throws Exception {
        ask();
        String id = waiting().get(0);
        String screen = atATerminal(id.substring(0, 6), "y");
        assertThat(screen.substring(0, screen.indexOf(QUESTION))).contains(id).contains("sign with key p-256 by CKM_ECDSA");
        assertThat(screen.substring(screen.indexOf(QUESTION))).contains("approved " + id + " of ugo");
        assertThat(waiting()).isEmpty();
    }

    @Test
    void whoDoesNotSayYesApprovesNothing() throws Exception {
        ask();
        String id = waiting().get(0);
        for (String answer : List.of("", "n", "approve")) {
            assertThat(atATerminal(id.substring(0, 6), answer)).contains("nothing was approved");
        }
        assertThat(waiting()).containsExactly(id);
    }

    @Test
    void beginningThatFitsSeveralNamesNone() throws Exception {
        for (int i = 0; i < 17; i++) {
            ask();
        }
        Map<String, Integer> firsts = new HashMap<>();
        waiting().forEach(id -> firsts.merge(id.substring(0, 1), 1, Integer::sum));
        String shared = firsts.entrySet().stream().filter(one -> one.getValue() > 1).findFirst().orElseThrow().getKey();
        for (String option : List.of("--json", "--deny")) {
            assertThat(console.refused("approve", option, shared, "--config", proxy.ownerConfiguration()))
                    .contains(firsts.get(shared) + " of what waits begin with " + shared);
        }
        assertThat(waiting()).hasSize(17);
    }

    @Test
    void idThatIsMissingOrNobodysNamesNone() throws Exception {
        ask();
        for (String id : List.of("", "0".repeat(40))) {
            assertThat(console.refused("approve", "--deny", id, "--config", proxy.ownerConfiguration()))
                    .contains("nothing waits for approval as");
        }
        assertThat(console.refused("revoke", "", "--config", proxy.ownerConfiguration())).contains("there is no delegation");
        assertThat(waiting()).hasSize(1);
    }
}
