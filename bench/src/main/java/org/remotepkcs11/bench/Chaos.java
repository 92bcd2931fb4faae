package org.remotepkcs11.bench;

import java.io.PrintStream;
import java.time.Duration;
import org.remotepkcs11.testkit.piv.CardChaos;

/** What becomes of many signatures while PIV cards are pulled and put in and pcscd is killed, all at random. */
final class Chaos {
    private static final Duration RECOVERY = Duration.ofMinutes(2);

    private final int signatures;
    private final PrintStream out;

    Chaos(int signatures, PrintStream out) {
        this.signatures = signatures;
        this.out = out;
    }

    void run() throws Exception {
        try (CardChaos chaos = CardChaos.open()) {
            long begin = System.nanoTime();
            CardChaos.Report report = chaos.run(signatures);
            long seconds = (System.nanoTime() - begin) / 1_000_000_000;
            boolean healthy = chaos.isHealthy(RECOVERY);
            out.println("\nSignatures while cards come and go and pcscd is killed\n\n| what | count |\n|---|---|");
            tell("signatures, each verified", report.signatures());
            report.refusals().forEach((code, count) -> tell("refused: " + code, count));
            tell("anything else", report.others().size());
            report.mischief().forEach(this::tell);
            tell("seconds", seconds);
            tell("requests", report.requests());
            tell("log: intents", report.intents());
            tell("log: outcomes with a signature", report.done());
            tell("log: outcomes without one", report.refused());
            out.println("\nafterwards each card signs: " + (healthy ? "yes" : "no"));
            report.others().forEach(out::println);
        }
    }

    private void tell(String what, long count) {
        out.printf("| %s | %d |%n", what, count);
    }
}
