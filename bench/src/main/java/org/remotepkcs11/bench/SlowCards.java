package org.remotepkcs11.bench;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.remotepkcs11.proxy.cards.software.SoftwareKeyType;
import org.remotepkcs11.testkit.PausableCards;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.testkit.TestProxyBuilder;
import org.remotepkcs11.wire.ProxyState.CardSource;

/**
 * Signatures per second of software cards that take half a second each, one and several behind one remote card, through a
 * whole proxy: with equal keys by operation, with different keys by programs that open the key store, sign once, and end.
 */
final class SlowCards {
    private static final Duration SIGNATURE = Duration.ofMillis(500);
    private static final int THREADS_A_CARD = 3;

    private final List<Integer> counts;
    private final Duration time;
    private final PrintStream out;

    /** @param counts of cards; 1 first */
    SlowCards(List<Integer> counts, Duration time, PrintStream out) {
        this.counts = counts;
        this.time = time;
        this.out = out;
    }

    void run() throws Exception {
        out.println("\nCards that take 500 ms a signature, several behind one remote card\n");
        out.println("| keys | cards | signatures/s | of what so many such cards could do |\n|---|---|---|---|");
        double one = 0;
        for (boolean equal : List.of(true, false)) {
            for (int count : counts) {
                double rate = rate(equal, count, index -> SIGNATURE);
                one = count == 1 ? rate : one;
                tell((equal ? "equal" : "different"), count, rate, count * one);
            }
        }
        double mixed = rate(true, 4, index -> index == 0 ? SIGNATURE.multipliedBy(3) : SIGNATURE);
        tell("equal, one card three times slower", 4, mixed, one * (3 + 1.0 / 3));
    }

    private void tell(String keys, int count, double rate, double possible) {
        out.printf(Locale.ROOT, "| %s | %d | %.2f | %.3f |%n", keys, count, rate, rate / possible);
    }

    private double rate(boolean equal, int count, IntFunction<Duration> pause) throws Exception {
        try (TestProxy proxy = equal ? copies(count, pause) : different(count, pause);
             Workload workload = equal ? programs(proxy).byOperation() : programs(proxy).byProgram()) {
            Rate.of(workload, count, Duration.ofSeconds(2));
            return Rate.of(workload, count * THREADS_A_CARD, time).perSecond();
        }
    }

    private static TestProxyBuilder slow(IntFunction<Duration> pause) {
        return TestProxy.builder().softwareReader(inner -> new PausableCards(inner, 1, pause));
    }

    private static TestProxy different(int count, IntFunction<Duration> pause) throws Exception {
        TestProxyBuilder builder = slow(pause);
        for (int i = 0; i < count; i++) {
            builder.softwareCard("card " + i, SoftwareKeyType.P_256);
        }
        return builder.joined().start();
    }

    private static TestProxy copies(int count, IntFunction<Duration> pause) throws Exception {
        TestProxy proxy = slow(pause).softwareCard("card", SoftwareKeyType.P_256).start();
        Path cards = proxy.folder().resolve("software-cards");
        for (int i = 1; i < count; i++) {
            Files.copy(cards.resolve("card.p12"), cards.resolve("copy-" + i + ".p12"));
        }
        proxy.restart();
        for (CardSource source : proxy.owner().state().sources()) {
            if (!source.used()) {
                proxy.owner().joinCard(proxy.card(), source.source(), TestProxyBuilder.SOFTWARE_PIN);
            }
        }
        return proxy;
    }

    private static Programs programs(TestProxy proxy) {
        return new Programs(proxy.configuration(), proxy.virtualPin());
    }
}
