package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ManyThreadsTest {
    private static final Station STATION = Station.softHsm();
    private static final int THREADS = 2000;

    @Test
    void thousandsOfThreadsSignAtOnceAndRideTogether() throws Exception {
        PrivateKey key = STATION.key("p-256");
        long before = STATION.posts();
        List<byte[]> signatures = signAtOnce(key);
        PublicKey publicKey = STATION.certificate("p-256").getPublicKey();
        for (int i = 0; i < THREADS; i++) {
            Signature verifier = Signature.getInstance("SHA256withECDSA");
            verifier.initVerify(publicKey);
            verifier.update(Integer.toString(i).getBytes());
            assertThat(verifier.verify(signatures.get(i))).as("signature %d", i).isTrue();
        }
        assertThat(STATION.posts() - before).isLessThan(THREADS / 2);
    }

    private static List<byte[]> signAtOnce(PrivateKey key) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<byte[]>> answers = new ArrayList<>();
        try {
            for (int i = 0; i < THREADS; i++) {
                byte[] message = Integer.toString(i).getBytes();
                answers.add(threads.submit(() -> {
                    start.await();
                    Signature signer = Signature.getInstance("SHA256withECDSA", STATION.provider());
                    signer.initSign(key);
                    signer.update(message);
                    return signer.sign();
                }));
            }
            start.countDown();
            List<byte[]> signatures = new ArrayList<>();
            for (Future<byte[]> answer : answers) {
                signatures.add(answer.get(60, TimeUnit.SECONDS));
            }
            return signatures;
        } finally {
            threads.shutdownNow();
        }
    }
}
