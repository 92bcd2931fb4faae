package org.remotepkcs11.bench;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.remotepkcs11.testkit.Folders;
import org.remotepkcs11.testkit.TestAuthority;
import org.remotepkcs11.testkit.piv.PcscDaemon;
import org.remotepkcs11.testkit.piv.PivCard;
import org.remotepkcs11.testkit.piv.PivKey;
import org.remotepkcs11.testkit.piv.PivProxy;
import org.remotepkcs11.testkit.piv.PivSlot;
import org.remotepkcs11.wire.Id;

/**
 * As {@link SlowCards}, over pcscd, virtual readers and OpenSC: PIV cards that take their time, one and several behind
 * one remote card.
 */
final class PivCards {
    private static final int PROGRAMS_A_CARD = 3;
    private static final String LABEL = "cards";

    private final List<Integer> counts;
    private final Duration time;
    private final PrintStream out;

    /** @param counts of cards; 1 first */
    PivCards(List<Integer> counts, Duration time, PrintStream out) {
        this.counts = counts.stream().filter(count -> count <= PcscDaemon.MOST_READERS).toList();
        this.time = time;
        this.out = out;
    }

    /**
     * How long things take.
     *
     * @param signature a card's
     * @param warmUp    until all programs keep their cards busy
     */
    private record Times(Duration signature, Duration warmUp) {
        static final Times SHORT = new Times(Duration.ofMillis(500), Duration.ofSeconds(7));
        /** A process of {@code jarsigner} takes more than a second of CPU time to start. */
        static final Times LONG = new Times(Duration.ofSeconds(20), Duration.ofSeconds(90));
    }

    /** How cards are used. */
    private enum Use {
        OPERATIONS("equal", "one program", Times.SHORT),
        PROGRAMS("different", "key store opened for each", Times.SHORT),
        JARS("different", "jar, key store opened for each", Times.SHORT),
        PROCESSES("different", "jar, process of `jarsigner` for each", Times.LONG);

        private final String keys;
        private final String programs;
        private final Times times;

        Use(String keys, String programs, Times times) {
            this.keys = keys;
            this.programs = programs;
            this.times = times;
        }

        Workload workload(Programs by, Path folder) throws Exception {
            return switch (this) {
                case OPERATIONS -> by.byOperation();
                case PROGRAMS -> by.byProgram();
                case JARS -> by.byJarSigner(folder);
                case PROCESSES -> by.byProcess(folder);
            };
        }
    }

    void run() throws Exception {
        out.println("\nPIV cards over pcscd, virtual readers and OpenSC, several behind one remote card\n");
        out.println("| keys | programs | s a signature | cards | signatures/s | of what so many such cards could do |");
        out.println("|---|---|---|---|---|---|");
        double one = 0;
        for (Use use : Use.values()) {
            for (int count : counts) {
                double rate = rate(use, count, index -> use.times.signature());
                one = count == 1 ? rate : one;
                tell(use, Integer.toString(count), rate, count * one);
            }
            if (use == Use.OPERATIONS) {
                double mixed = rate(use, 4, index -> use.times.signature().multipliedBy(index == 0 ? 3 : 1));
                tell(use, "4, one three times slower", mixed, one * (3 + 1.0 / 3));
            }
        }
    }

    private void tell(Use use, String cards, double rate, double possible) {
        out.printf(Locale.ROOT, "| %s | %s | %.1f | %s | %.2f | %.3f |%n", use.keys, use.programs,
                use.times.signature().toMillis() / 1e3, cards, rate, rate / possible);
    }

    private double rate(Use use, int count, IntFunction<Duration> pause) throws Exception {
        Path folder = Files.createTempDirectory("jars");
        try (PivProxy place = PivProxy.withReaders(count)) {
            List<PivCard> cards = plugIn(place, use, count);
            for (int i = 0; i < count; i++) {
                cards.get(i).plan().signaturesTake(pause.apply(i));
            }
            Programs programs = new Programs(place.configuration(LABEL), place.proxy().virtualPin());
            try (Workload workload = use.workload(programs, folder)) {
                return new Busy(() -> cards.stream().mapToDouble(PivCard::progress).sum(), use.times.warmUp(), time)
                        .perSecond(workload, count * PROGRAMS_A_CARD);
            }
        } finally {
            Folders.delete(folder);
        }
    }

    private static List<PivCard> plugIn(PivProxy place, Use use, int count) throws Exception {
        TestAuthority authority = TestAuthority.named("PIV test authority");
        PivKey same = PivKey.p256(authority, "Olivia Owner");
        List<PivCard> cards = new ArrayList<>();
        Id remote = null;
        for (int i = 0; i < count; i++) {
            PivKey key = use == Use.OPERATIONS ? same : PivKey.p256(authority, "Olivia Owner");
            PivCard card = PivCard.numbered(0x6000_0000_0000_0001L + i).key(PivSlot.AUTHENTICATION, key).build();
            cards.add(card);
            if (i == 0) {
                remote = place.add(LABEL, i, card);
            } else {
                place.join(remote, i, card);
            }
        }
        return cards;
    }
}
