package org.remotepkcs11.bench;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.remotepkcs11.proxy.audit.AuditReader;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.SoftHsmToken;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.wire.RefusedException;

/** What a signature costs at a proxy with a long log and many delegations, beside an empty one in turns. */
final class Growth {
    private static final int ROUNDS = 7;
    private static final int PROOFS = 1000;

    private final long entries;
    private final int delegations;
    private final Duration time;
    private final PrintStream out;

    Growth(long entries, int delegations, Duration time, PrintStream out) {
        this.entries = entries;
        this.delegations = delegations;
        this.time = time;
        this.out = out;
    }

    void run() throws Exception {
        try (SoftHsmToken token = SoftHsmToken.create("bench", SoftHsmKey.P_256); TestProxy empty = start(token);
             TestProxy full = start(token)) {
            full.server().close();
            new GrownStore(full.folder().resolve("proxy")).grow(full.server().home().proxy(), entries, delegations);
            long begin = System.nanoTime();
            full.restart();
            out.printf(Locale.ROOT, "start with %d entries and %d delegations: %d ms%n%n", entries, delegations,
                    (System.nanoTime() - begin) / 1_000_000);
            signatures(empty, full);
            proofs(full.server().log());
        }
    }

    private static TestProxy start(SoftHsmToken token) throws Exception {
        TestProxy proxy = TestProxy.builder().token(token).start();
        try (Workload use = Workloads.remote(proxy, SoftHsmKey.P_256)) {
            use.sign();
        }
        return proxy;
    }

    private void signatures(TestProxy empty, TestProxy full) throws Exception {
        out.println("| threads | empty: CPU ms a signature | grown: CPU ms | ratio | empty: signatures/s | grown |");
        out.println("|---|---|---|---|---|---|");
        try (Workload atEmpty = Workloads.remote(empty, SoftHsmKey.P_256);
             Workload atFull = Workloads.remote(full, SoftHsmKey.P_256)) {
            for (int threads : new int[] {1, 8}) {
                Rate.of(atEmpty, threads, time.multipliedBy(2));
                Rate.of(atFull, threads, time.multipliedBy(2));
                compare(threads, atEmpty, atFull);
            }
        }
    }

    /** The best of each, taken in turns: what else the machine does only adds. */
    private void compare(int threads, Workload atEmpty, Workload atFull) throws Exception {
        Rate empty = Rate.of(atEmpty, threads, time);
        Rate full = Rate.of(atFull, threads, time);
        for (int round = 1; round < ROUNDS; round++) {
            empty = best(empty, Rate.of(atEmpty, threads, time));
            full = best(full, Rate.of(atFull, threads, time));
        }
        out.printf(Locale.ROOT, "| %d | %.2f | %.2f | %.2f | %.0f | %.0f |%n", threads, empty.cpuMillis(),
                full.cpuMillis(), full.cpuMillis() / empty.cpuMillis(), empty.perSecond(), full.perSecond());
    }

    private static Rate best(Rate one, Rate other) {
        return new Rate(Math.max(one.perSecond(), other.perSecond()), Math.min(one.cpuMillis(), other.cpuMillis()));
    }

    private void proofs(AuditReader log) throws RefusedException {
        long size = log.size();
        long inclusion = 0;
        long consistency = 0;
        for (int i = 0; i < PROOFS; i++) {
            long index = ThreadLocalRandom.current().nextLong(size);
            long begin = System.nanoTime();
            log.inclusion(index, size);
            long middle = System.nanoTime();
            log.consistency(index + 1, size);
            inclusion += middle - begin;
            consistency += System.nanoTime() - middle;
        }
        out.printf(Locale.ROOT, "%nproofs over %d entries, mean of %d: inclusion %.2f ms, consistency %.2f ms%n", size,
                PROOFS, inclusion / 1e6 / PROOFS, consistency / 1e6 / PROOFS);
    }
}
