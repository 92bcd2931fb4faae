package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.ReceivedRequest;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.Secret;

class ConcurrencyTest {
    private static final int THREADS = 1000;

    @TempDir
    private Path dir;
    private Office office;
    private Person alice;
    private Id card;

    @BeforeEach
    void open() throws Exception {
        office = Office.in(dir);
        alice = office.user("alice");
        card = office.addCard("seal", Office.SOURCE);
    }

    @AfterEach
    void close() {
        office.close();
    }

    private void delegate(long operations) throws Exception {
        office.delegate(card, alice, new Limits(Optional.empty(), Optional.empty(), operations, Set.of(), Set.of(),
                Set.of(), Set.of()));
    }

    /** All at once, each on a thread of its own. */
    private List<Admission> together(String pinOf, Id operation) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Admission>> futures = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            ReceivedRequest request = office.request(alice, operation.isNone() ? Id.random() : operation,
                    Office.use(card, office.sign()), Secret.ofPinProof(Office.proof(pinOf)));
            futures.add(threads.submit((Callable<Admission>) () -> {
                start.await();
                return office.access().gate().admit(alice.caller(), request).join();
            }));
        }
        start.countDown();
        List<Admission> admissions = new ArrayList<>();
        for (Future<Admission> future : futures) {
            admissions.add(future.get());
        }
        threads.shutdown();
        return admissions;
    }

    private static List<Refusal> refusals(List<Admission> admissions) {
        return admissions.stream().filter(Admission.Denied.class::isInstance).map(Denials::refusal).toList();
    }

    @Test
    void exactlyAsManyAreAdmittedAsTheDelegationAllows() throws Exception {
        delegate(100);
        long before = office.access().batches();
        List<Admission> admissions = together("alice", Id.NONE);
        assertThat(admissions.stream().filter(Granted.class::isInstance)).hasSize(100);
        assertThat(refusals(admissions)).hasSize(900)
                .allMatch(refusal -> refusal.code() == ErrorCode.DELEGATION_USED_UP);
        assertThat(office.access().batches() - before).isLessThan(200);
    }

    @Test
    void wrongPinsAreNeverTriedMoreOftenThanAllowed() throws Exception {
        delegate(0);
        List<Refusal> refusals = refusals(together("mallory", Id.NONE));
        assertThat(refusals).hasSize(THREADS);
        assertThat(refusals.stream().filter(one -> one.code() == ErrorCode.PIN_WRONG)).hasSize(3);
        assertThat(refusals.stream().filter(one -> one.code() == ErrorCode.PIN_LOCKED)).hasSize(THREADS - 3);
    }

    @Test
    void sameOperationFromManyThreadsIsCountedOnce() throws Exception {
        delegate(1);
        List<Admission> admissions = together("alice", Id.random());
        assertThat(admissions).allMatch(Granted.class::isInstance);
        assertThat(admissions.stream().filter(one -> !((Granted) one).repeat())).hasSize(1);
    }
}
