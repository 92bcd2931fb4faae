package org.remotepkcs11.bench;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.SoftHsmToken;
import org.remotepkcs11.testkit.TestProxy;

/**
 * Signatures per second through client, network, proxy and store, beside the same keys of the same token called in this
 * process. The rates of a row are taken one right after the other, so that what else the machine does hits them alike.
 */
final class Throughput {
    private final List<Integer> threads;
    private final Duration time;
    private final PrintStream out;
    private final List<String> stageRows = new ArrayList<>();

    /** @param time of one measurement */
    Throughput(List<Integer> threads, Duration time, PrintStream out) {
        this.threads = threads;
        this.time = time;
        this.out = out;
    }

    void run() throws Exception {
        out.println("| key | threads | module, our binding | module, SunPKCS11 | remote, JCA provider | ratio to ours |"
                + " CPU ms a signature: ours, SunPKCS11, remote |");
        out.println("|---|---|---|---|---|---|---|");
        try (SoftHsmToken token = SoftHsmToken.create("bench", SoftHsmKey.RSA_2048, SoftHsmKey.P_256);
             TestProxy proxy = TestProxy.builder().token(token).start()) {
            for (SoftHsmKey key : List.of(SoftHsmKey.RSA_2048, SoftHsmKey.P_256)) {
                // SunPKCS11 last: it does not find its way back after somebody else logs in.
                try (Workload direct = Workloads.inProcess(token, key); Workload remote = Workloads.remote(proxy, key);
                     Workload sun = Workloads.sunPkcs11(token, key)) {
                    compare(key, List.of(direct, sun, remote));
                }
            }
        }
        out.println("\nWhere a request's time goes, milliseconds on average\n");
        out.println("| key | threads | a signature takes | client and network | check | admit | card: queue | card: last"
                + " look | card: work | record | seal | operations a request | intents a commit | flush |");
        out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        stageRows.forEach(out::println);
    }

    private void compare(SoftHsmKey key, List<Workload> workloads) throws Exception {
        Rate.of(workloads.get(0), 8, time);
        Rate.of(workloads.get(1), 8, time);
        for (int count : threads) {
            Rate.of(workloads.get(2), count, time.multipliedBy(2));
        }
        for (int count : threads) {
            Rate direct = Rate.of(workloads.get(0), count, time);
            Rate sun = Rate.of(workloads.get(1), count, time);
            try (Stages stages = Stages.record()) {
                Rate remote = Rate.of(workloads.get(2), count, time);
                stageRows.add(row(key, count, remote, stages.stop()));
                out.printf(Locale.ROOT, "| %s | %d | %.0f/s | %.0f/s | %.0f/s | %.2f | %.2f, %.2f, %.2f |%n", key.label(),
                        count, direct.perSecond(), sun.perSecond(), remote.perSecond(),
                        remote.perSecond() / direct.perSecond(), direct.cpuMillis(), sun.cpuMillis(),
                        remote.cpuMillis());
            }
        }
    }

    private static String row(SoftHsmKey key, int count, Rate rate, Stages.Summary stages) {
        double latency = 1000.0 * count / rate.perSecond();
        Map<String, Double> request = stages.perRequest();
        Map<String, Double> use = stages.perUse();
        return String.format(Locale.ROOT,
                "| %s | %d | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.1f | %.1f | %.2f |",
                key.label(), count, latency, latency - stages.proxyTotal(), request.get("check"), request.get("admit"),
                use.get("waited"), use.get("allowed"), use.get("worked"), request.get("record"), request.get("seal"),
                stages.operations(), stages.intents(), stages.flush());
    }
}
