package org.remotepkcs11.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.SoftHsmToken;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.wire.RefusedException;

/** What a native program pays to sign: with Java in its own process, and with the agent. */
final class Doors {
    private static final int RUNS = 7;
    private static final String CALLS = "20000";
    private static final String SOCKET = "RPKCS11_SOCKET";

    private final Path module;
    private final PrintStream out;
    private final Path folder = Files.createTempDirectory("doors");
    private final Path program = folder.resolve("doors");

    /** @param module {@code librpkcs11.so}, with the build's configuration beside it */
    Doors(Path module, PrintStream out) throws IOException {
        this.module = module;
        this.out = out;
    }

    void run() throws IOException, GeneralSecurityException, RefusedException {
        Command.of("cc", "-O2", "-I/usr/include/nspr", "-I/usr/include/nss", "-o", program.toString(),
                "bench/src/main/c/doors.c").run();
        try (SoftHsmToken token = SoftHsmToken.create("Doors", SoftHsmKey.P_256);
                TestProxy proxy = TestProxy.builder().token(token).start()) {
            List<Way> ways = ways(Map.of("RPKCS11_CONFIG", proxy.configuration().toString(), "RPKCS11_IDLE", "1",
                    "TOKEN_PIN", proxy.virtualPin(), "XDG_STATE_HOME", folder.toString()));
            for (int round = 0; round <= RUNS; round++) {
                for (Way way : ways) {
                    way.measure(round);
                }
            }
            out.println("\nA native program and its first P-256 signature, medians of " + RUNS + " runs in turn\n");
            out.println("| who answers | ms to the first signature | CPU ms of the program till then "
                    + "| MiB in the program | µs of a call |\n|---|---|---|---|---|");
            ways.forEach(way -> out.printf("| %s | %.0f | %.0f | %.1f | %.2f |%n", way.name, way.median(0),
                    way.median(1), way.median(2), way.median(3)));
        }
    }

    private List<Way> ways(Map<String, String> client) throws IOException {
        Map<String, String> inProcess = new HashMap<>(client);
        inProcess.put("RPKCS11_DOOR", "in-process");
        inProcess.put(SOCKET, folder.resolve("nobody/sock").toString());
        return List.of(new Way("agent that runs", module, warm(client)),
                new Way("agent, started first", module, client),
                new Way("Java in process, archive", module, inProcess),
                new Way("Java in process, no archive", withoutArchive(), inProcess));
    }

    private Map<String, String> warm(Map<String, String> client) {
        Map<String, String> agent = new HashMap<>(client);
        agent.put(SOCKET, folder.resolve("agent/sock").toString());
        agent.put("RPKCS11_IDLE", "60");
        return agent;
    }

    private Path withoutArchive() throws IOException {
        Path bare = Files.createDirectory(folder.resolve("bare"));
        String configuration = "librpkcs11.conf";
        Files.write(bare.resolve(configuration), Files.readAllLines(module.resolveSibling(configuration)).stream()
                .filter(line -> !line.startsWith("archive = ")).toList());
        return Files.copy(module, bare.resolve(module.getFileName()));
    }

    /** One way to be answered, and its measurements: milliseconds by the clock and of CPU time, MiB, microseconds. */
    private final class Way {
        private final String name;
        private final Path library;
        private final Map<String, String> environment;
        private final List<double[]> measured = new ArrayList<>();

        Way(String name, Path library, Map<String, String> environment) {
            this.name = name;
            this.library = library;
            this.environment = environment;
        }

        /** Round 0 warms up the proxy, and starts the agent that runs. Who has no socket has a new one in each. */
        void measure(int round) throws IOException {
            Map<String, String> own = new HashMap<>(environment);
            own.putIfAbsent(SOCKET, folder.resolve("agent-" + round + "/sock").toString());
            String said = Command.of(program.toString(), library.toString(), CALLS).inEnvironment(own).run();
            if (round > 0) {
                measured.add(Arrays.stream(said.strip().split(" ")).mapToDouble(Double::parseDouble).toArray());
            }
        }

        double median(int column) {
            return measured.stream().mapToDouble(one -> one[column]).sorted().skip(measured.size() / 2).findFirst()
                    .orElseThrow();
        }
    }
}
