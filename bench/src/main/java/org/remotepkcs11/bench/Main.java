package org.remotepkcs11.bench;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The benchmarks: {@code throughput [SECONDS [THREADS,…]]}. */
public final class Main {
    private Main() {
    }

    public static void main(String... arguments) throws Exception {
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        List<Integer> threads = Stream.of((arguments.length > 2 ? arguments[2] : "1,8,64").split(","))
                .map(Integer::valueOf).toList();
        new Throughput(threads, Duration.ofSeconds(seconds), System.out).run();
    }
}
