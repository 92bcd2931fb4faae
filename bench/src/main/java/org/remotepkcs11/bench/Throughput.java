package org.remotepkcs11.bench;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.SoftHsmToken;
import org.remotepkcs11.testkit.TestProxy;

/**
 * Signatures per second through client, network, proxy and store, beside the same keys of the same token called in this
 * process.
 */
final class Throughput {
    private final List<Integer> threads;
    private final Duration time;
    private final PrintStream out;

    Throughput(List<Integer> threads, Duration time, PrintStream out) {
        this.threads = threads;
        this.time = time;
        this.out = out;
    }

    void run() throws Exception {
        try (SoftHsmToken token = SoftHsmToken.create("bench", SoftHsmKey.RSA_2048, SoftHsmKey.P_256);
             TestProxy proxy = TestProxy.builder().token(token).start()) {
            out.printf("%-10s %7s | %21s | %21s | %30s%n", "key", "threads", "module, by our binding",
                    "module, by SunPKCS11", "remote, by the JCA provider");
            for (SoftHsmKey key : List.of(SoftHsmKey.RSA_2048, SoftHsmKey.P_256)) {
                // SunPKCS11 last: it does not find its way back after somebody else logs in.
                try (Workload direct = Workloads.inProcess(token, key); Workload remote = Workloads.remote(proxy, key);
                     Workload sun = Workloads.sunPkcs11(token, key)) {
                    compare(key, List.of(direct, sun, remote));
                }
            }
        }
    }

    private void compare(SoftHsmKey key, List<Workload> workloads) throws Exception {
        for (Workload workload : workloads) {
            Rate.of(workload, 8, time);
        }
        for (int count : threads) {
            Rate direct = Rate.of(workloads.get(0), count, time);
            Rate sun = Rate.of(workloads.get(1), count, time);
            Rate remote = Rate.of(workloads.get(2), count, time);
            out.printf(Locale.ROOT, "%-10s %7d | %8.0f/s %6.2f ms | %8.0f/s %6.2f ms | %8.0f/s %6.2f ms  %5.2f×%n",
                    key.label(), count, direct.perSecond(), direct.cpuMillis(), sun.perSecond(), sun.cpuMillis(),
                    remote.perSecond(), remote.cpuMillis(), remote.perSecond() / direct.perSecond());
        }
    }
}
