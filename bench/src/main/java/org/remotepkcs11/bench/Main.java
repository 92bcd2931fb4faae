package org.remotepkcs11.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.stream.Stream;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks, one or all of them. */
public final class Main {
    private static final String USAGE = """
            bench/run [throughput|sealing|digest|doors|growth|cards|piv|chaos|all] [--seconds N] [--threads N,N,…]
                      [--cards N,N,…] [--signatures N] [--entries N] [--delegations N]

            throughput  signatures per second: remote, and the same token in process
            sealing     what signing, encoding and checking one message costs
            digest      hashing by a native program: our module and agent, and SoftHSM in process
            doors       a native program with Java in its own process, and with the agent
            growth      signatures with a long log and many delegations beside an empty proxy, and what proofs cost
            cards       cards that take 500 ms a signature, several behind one remote card
            piv         the same with PIV cards over pcscd, virtual readers and OpenSC; needs root
            chaos       signatures while PIV cards come and go and pcscd is killed; needs root
            --seconds   of one measurement (default 2)
            --threads   that sign at once (default 1,8,64)
            --cards     behind one remote card, 1 first (default 1,4,16,64; at most 16 PIV cards)
            --signatures  of chaos (default 1000)
            --entries   of the log, for growth (default 1000000)
            --delegations  for growth (default 10000)
            """;

    private static final List<String> WHAT =
            List.of("throughput", "sealing", "digest", "doors", "growth", "cards", "piv", "chaos", "all");

    private String what = "all";
    private int seconds = 2;
    private List<Integer> threads = List.of(1, 8, 64);
    private List<Integer> cards = List.of(1, 4, 16, 64);
    private int signatures = 1000;
    private long entries = 1_000_000;
    private int delegations = 10_000;

    private Main() {
    }

    public static void main(String... arguments) throws Exception {
        Main main = new Main();
        if (!main.read(new ArrayDeque<>(List.of(arguments)))) {
            System.err.print(USAGE);
            System.exit(2);
        }
        main.run();
    }

    private boolean read(Queue<String> words) {
        try {
            while (!words.isEmpty()) {
                String word = words.remove();
                if (word.equals("--seconds")) {
                    seconds = Integer.parseInt(words.remove());
                } else if (word.equals("--threads")) {
                    threads = numbers(words.remove());
                } else if (word.equals("--cards")) {
                    cards = numbers(words.remove());
                } else if (word.equals("--signatures")) {
                    signatures = Integer.parseInt(words.remove());
                } else if (word.equals("--entries")) {
                    entries = Long.parseLong(words.remove());
                } else if (word.equals("--delegations")) {
                    delegations = Integer.parseInt(words.remove());
                } else {
                    what = word;
                }
            }
            return WHAT.contains(what) && seconds > 0;
        } catch (java.util.NoSuchElementException | NumberFormatException e) {
            return false;
        }
    }

    private static List<Integer> numbers(String text) {
        return Stream.of(text.split(",")).map(Integer::valueOf).toList();
    }

    private void run() throws Exception {
        System.out.println(Machine.facts() + "\n");
        if (wanted("throughput")) {
            new Throughput(threads, Duration.ofSeconds(seconds), System.out).run();
        }
        if (wanted("sealing")) {
            seal();
        }
        if (wanted("growth")) {
            new Growth(entries, delegations, Duration.ofSeconds(seconds), System.out).run();
        }
        if (wanted("cards")) {
            new SlowCards(cards, Duration.ofSeconds(10L * seconds), System.out).run();
        }
        if (wanted("piv")) {
            new PivCards(cards, Duration.ofSeconds(10L * seconds), System.out).run();
        }
        if (wanted("chaos")) {
            new Chaos(signatures, System.out).run();
        }
        Path module = Path.of("native-shim/target/librpkcs11.so").toAbsolutePath();
        if (wanted("digest")) {
            new Digests(module, System.out).run();
        }
        if (wanted("doors")) {
            new Doors(module, System.out).run();
        }
    }

    private boolean wanted(String one) {
        return what.equals(one) || what.equals("all");
    }

    private void seal() throws RunnerException {
        System.out.println("\nSealing and opening one message, microseconds\n");
        System.out.println("| message | key | operations in it | µs |\n|---|---|---|---|");
        new Runner(new OptionsBuilder().include(SealingBenchmark.class.getName()).param("key", "EC", "Ed25519").forks(1)
                .warmupIterations(1).warmupTime(TimeValue.seconds(seconds)).measurementIterations(2)
                .measurementTime(TimeValue.seconds(seconds)).verbosity(VerboseMode.SILENT).build()).run()
                .forEach(result -> System.out.printf("| %s | %s | %s | %.0f |%n",
                        result.getPrimaryResult().getLabel(), result.getParams().getParam("key"),
                        result.getParams().getParam("operations"), result.getPrimaryResult().getScore()));
    }
}
