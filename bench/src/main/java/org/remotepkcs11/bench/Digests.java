package org.remotepkcs11.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.SoftHsmToken;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.wire.RefusedException;

/** A native program hashes 16 MiB in updates of 4 KiB: by SoftHSM within it, and by our module and its agent. */
final class Digests {
    private static final int ROUNDS = 5;
    private static final int RUNS = 3;

    private final Path ours;
    private final PrintStream out;
    private final Path folder = Files.createTempDirectory("digests");
    private final Path program = folder.resolve("digest");

    /** @param ours {@code librpkcs11.so} */
    Digests(Path ours, PrintStream out) throws IOException {
        this.ours = ours;
        this.out = out;
    }

    void run() throws IOException, GeneralSecurityException, RefusedException {
        Command.of("cc", "-O2", "-I/usr/include/nspr", "-I/usr/include/nss", "-o", program.toString(),
                "bench/src/main/c/digest.c").run();
        try (SoftHsmToken token = SoftHsmToken.create("Digests"); TestProxy proxy = TestProxy.builder().token(token).start()) {
            Map<String, String> agent = Map.of("RPKCS11_CONFIG", proxy.configuration().toString(), "RPKCS11_IDLE", "5",
                    "RPKCS11_SOCKET", folder.resolve("agent/sock").toString());
            double within = 0;
            double beside = 0;
            for (int i = 0; i < RUNS; i++) {
                within = Math.max(within, rate(SoftHsmToken.module(), token.environment()));
                beside = Math.max(beside, rate(ours, agent));
            }
            out.println("\nSHA-256 of 16 MiB in updates of 4 KiB, the best of " + RUNS * ROUNDS + "\n");
            out.println("| SoftHSM in process | our module and its agent | ratio |\n|---|---|---|");
            out.printf("| %.0f MiB/s | %.0f MiB/s | %.2f |%n", within, beside, beside / within);
        }
    }

    private double rate(Path module, Map<String, String> environment) throws IOException {
        return Double.parseDouble(Command.of(program.toString(), module.toString(), Integer.toString(ROUNDS))
                .inEnvironment(environment).run());
    }
}
