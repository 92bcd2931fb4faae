package org.remotepkcs11.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What a number of threads made of a workload.
 *
 * @param perSecond signatures
 * @param cpuMillis of this whole process, for one signature
 */
record Rate(double perSecond, double cpuMillis) {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    static Rate of(Workload workload, int threads, Duration time) throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CountDownLatch begin = new CountDownLatch(1);
            List<Future<Long>> counts = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                counts.add(pool.submit(loop(workload, begin, time)));
            }
            long cpu = SYSTEM.getProcessCpuTime();
            long start = System.nanoTime();
            begin.countDown();
            long all = 0;
            for (Future<Long> count : counts) {
                all += count.get();
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            return new Rate(all / seconds, (SYSTEM.getProcessCpuTime() - cpu) / 1e6 / all);
        } finally {
            pool.shutdown();
        }
    }

    private static Callable<Long> loop(Workload workload, CountDownLatch begin, Duration time) {
        return () -> {
            begin.await();
            long end = System.nanoTime() + time.toNanos();
            long count = 0;
            while (System.nanoTime() < end) {
                workload.sign();
                count++;
            }
            return count;
        };
    }
}
