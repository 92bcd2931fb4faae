package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.provider.RemotePkcs11Provider;
import org.remotepkcs11.proxy.cards.software.SoftwareKeyType;
import org.remotepkcs11.testkit.PausableCards;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.testkit.TestProxyBuilder;

/** What an owner does and sees of several cards behind one, by commands. */
class MembersTest {
    private static final String ALIAS = "p-256";

    private final Console console = new Console();
    private final AtomicReference<PausableCards> cards = new AtomicReference<>();
    private TestProxy proxy;
    private Path ownerPin;
    private Path cardPin;
    @TempDir
    private Path folder;

    @BeforeEach
    void startProxy() throws Exception {
        proxy = TestProxy.builder().softwareCard("One", SoftwareKeyType.P_256).softwareCard("Two", SoftwareKeyType.P_256)
                .softwareReader(reader -> {
                    cards.set(new PausableCards(reader, 1));
                    return cards.get();
                }).start();
        ownerPin = Files.writeString(folder.resolve("owner.pin"), proxy.ownerPin());
        cardPin = Files.writeString(folder.resolve("card.pin"), TestProxyBuilder.SOFTWARE_PIN);
    }

    @AfterEach
    void stopProxy() {
        cards.get().resume();
        proxy.close();
    }

    private static Object[] with(Path configuration, Object... words) {
        return Stream.concat(Arrays.stream(words), Stream.of("--config", configuration)).toArray();
    }

    private String owner(Object... words) {
        return console.succeed(with(proxy.ownerConfiguration(), words));
    }

    private String source(String label) throws Exception {
        return proxy.owner().state().sources().stream().filter(source -> source.label().equals(label)).findFirst()
                .orElseThrow().source();
    }

    private String join() throws Exception {
        String second = source("Two");
        owner("card", "remove", "Two");
        assertThat(owner("card", "join", "One", second, "--card-pin", "file:" + cardPin, "--pin", "file:" + ownerPin))
                .contains(second + " joined One", "behind One are 2 cards with 2 different sets of keys: "
                        + Stream.of(source("One"), second).sorted().collect(Collectors.joining(", ")));
        return second;
    }

    @Test
    void cardJoinsAndLeavesAndUsersSeeIt() throws Exception {
        String second = join();
        assertThat(owner("card", "list")).contains(source("One"), second, "free");
        assertThat(console.succeed(with(proxy.configuration(), "status"))).contains("one of 2     card 2");
        assertThat(owner("card", "pin", "One", "--member", second, "--card-pin", "file:" + cardPin, "--pin",
                "file:" + ownerPin)).contains("the proxy has the new pin of " + second);
        assertThat(owner("card", "leave", "One", second))
                .contains(second + " left One", "behind One is 1 card: " + source("One"));
        assertThat(console.succeed(with(proxy.configuration(), "status"))).doesNotContain("one of 2");
        assertThat(console.refused(with(proxy.ownerConfiguration(), "card", "leave", "One", second)))
                .contains(second + " is not behind One");
    }

    @Test
    void keyLabelNamesTheKeyOfThatLabelOnEachCard() throws Exception {
        join();
        owner("revoke", proxy.delegation());
        owner("delegate", "One", proxy.user().name(), "--key", ALIAS, "--pin", "file:" + ownerPin);
        assertThat(console.succeed(with(proxy.configuration(), "status"))).contains("one of 2     card 2");
    }

    @Test
    void ownerAndUserSeeTheQueue() throws Exception {
        KeyStore store = KeyStore.getInstance("RemotePKCS11",
                new RemotePkcs11Provider().configure(proxy.configuration().toString()));
        store.load(null, proxy.virtualPin().toCharArray());
        cards.get().pause();
        List<CompletableFuture<byte[]>> signatures =
                IntStream.range(0, 3).mapToObj(i -> CompletableFuture.supplyAsync(() -> sign(store), task -> new Thread(task).start())).toList();
        assertThat(cards.get().awaitTouch(Duration.ofSeconds(60))).isTrue();
        String listed = owner("card", "list");
        for (int tries = 0; tries < 300 && !listed.contains("queue of One: ugo 2 from place 1"); tries++) {
            Thread.sleep(100);
            listed = owner("card", "list");
        }
        assertThat(listed).contains("queue of One: ugo 2 from place 1").contains("busy");
        assertThat(console.succeed(with(proxy.configuration(), "status")))
                .contains("2 of your operations wait, the first at place 1");
        cards.get().resume();
        assertThat(signatures).allSatisfy(done -> assertThat(done.get()).isNotEmpty());
    }

    @Test
    void logTellsWhichCardMadeWhat() throws Exception {
        String second = join();
        KeyStore store = KeyStore.getInstance("RemotePKCS11",
                new RemotePkcs11Provider().configure(proxy.configuration().toString()));
        store.load(null, proxy.virtualPin().toCharArray());
        sign(store);
        Path home = proxy.folder().resolve("proxy");
        assertThat(console.succeed("audit", "show", home)).containsPattern(
                "made sha-256 [0-9a-f]{64} by (" + Pattern.quote(source("One")) + "|" + Pattern.quote(second) + ")");
        assertThat(console.succeed("audit", "verify", home, "--config", proxy.configuration()))
                .contains("the log is as it was written");
    }

    private static byte[] sign(KeyStore store) {
        try {
            Signature signer = Signature.getInstance("SHA256withECDSA", store.getProvider());
            signer.initSign((PrivateKey) store.getKey(ALIAS, null));
            signer.update(new byte[] {1});
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
