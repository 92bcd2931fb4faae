package org.remotepkcs11.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

class LedgerTest {
    private static final Executor HERE = Runnable::run;
    private static final int CAPACITY = 200;

    @TempDir
    private Path dir;
    private Database database;
    private Ledger ledger;
    private final Counted journal = new Counted();

    /** A journal whose state is how many rows were written. */
    private static final class Counted implements Journal {
        private int rows;
        private int ended;

        @Override
        public void begin(Handle handle, boolean foreign) {
            if (foreign) {
                rows = count(handle);
            }
        }

        @Override
        public void end(Handle handle) {
            ended++;
        }

        @Override
        public Runnable mark() {
            int marked = rows;
            return () -> rows = marked;
        }
    }

    @BeforeEach
    void start() throws Exception {
        database = Database.open(dir.resolve("store.db"));
        ledger = Ledger.start(database, journal, CAPACITY, HERE);
    }

    @AfterEach
    void close() {
        ledger.close();
        database.close();
    }

    private static int count(Handle handle) {
        return handle.select("SELECT COUNT(*) FROM log_head").mapTo(Integer.class).one()
                + handle.select("SELECT COUNT(*) FROM log_node").mapTo(Integer.class).one();
    }

    private int stored() throws RefusedException {
        return database.read(LedgerTest::count);
    }

    private Work<Integer> insert(int id) {
        return batch -> {
            batch.handle().execute("INSERT INTO log_node (id, hash) VALUES (?, ?)", id, new byte[32]);
            journal.rows++;
            return settling -> id;
        };
    }

    /** Keeps the writing thread busy, so that work piles up. */
    private CountDownLatch hold() throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        ledger.submit(batch -> {
            held.countDown();
            awaitUninterrupted(release);
            return settling -> null;
        });
        held.await();
        return release;
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ErrorCode refusal(CompletableFuture<?> future) {
        return future.handle((done, failed) -> ((RefusedException) failed).code()).join();
    }

    @Test
    void manyPiecesOfWorkShareOneTransaction() throws Exception {
        CountDownLatch release = hold();
        List<CompletableFuture<Integer>> futures = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            futures.add(ledger.submit(insert(i)));
        }
        release.countDown();
        futures.forEach(CompletableFuture::join);
        assertThat(stored()).isEqualTo(150);
        assertThat(ledger.batches()).isEqualTo(2);
        assertThat(journal.ended).isEqualTo(2);
    }

    @Test
    void refusedWorkIsUndoneAndHarmsNoOther() throws Exception {
        CountDownLatch release = hold();
        CompletableFuture<Integer> before = ledger.submit(insert(1));
        CompletableFuture<Object> refused = ledger.submit(batch -> {
            insert(2).run(batch);
            throw new RefusedException(ErrorCode.NAME_TAKEN, "on second thoughts");
        });
        CompletableFuture<Integer> after = ledger.submit(insert(3));
        release.countDown();
        assertThat(refusal(refused)).isEqualTo(ErrorCode.NAME_TAKEN);
        assertThat(before.join() + after.join()).isEqualTo(4);
        assertThat(stored()).isEqualTo(2);
        assertThat(journal.rows).isEqualTo(2);
    }

    @Test
    void defectInWhatFollowsACommitHarmsNeitherItsWorkNorWhatElseFollows() throws Exception {
        AtomicInteger followed = new AtomicInteger();
        int written = ledger.write(batch -> {
            Work.Settlement<Integer> settlement = insert(1).run(batch);
            batch.afterCommit(() -> {
                throw new NullPointerException("a defect");
            });
            batch.afterCommit(followed::incrementAndGet);
            return settlement;
        });
        assertThat(written).isEqualTo(1);
        assertThat(followed).hasValue(1);
        assertThat(stored()).isEqualTo(1);
        assertThat(journal.rows).isEqualTo(1);
    }

    @Test
    void whoAsksAProxyThatHasEndedIsAnswered() throws Exception {
        ExecutorService completions = Executors.newSingleThreadExecutor();
        Ledger other = Ledger.start(database, new Counted(), CAPACITY, completions);
        other.close();
        completions.shutdown();
        assertThat(refusal(other.submit(insert(1)))).isEqualTo(ErrorCode.PROXY_BUSY);
    }

    @Test
    void defectInOnePieceOfWorkHarmsNoOther() throws Exception {
        CompletableFuture<Object> defect = ledger.submit(batch -> {
            throw new NullPointerException("a defect");
        });
        assertThat(refusal(defect)).isEqualTo(ErrorCode.PROXY_FAILED);
        assertThat(ledger.submit(insert(1)).join()).isEqualTo(1);
    }

    @Test
    void constraintOfTheStoreUndoesOnlyWhoBrokeIt() throws Exception {
        assertThat(ledger.submit(insert(1)).join()).isEqualTo(1);
        assertThat(refusal(ledger.submit(insert(1)))).isEqualTo(ErrorCode.PROXY_FAILED);
        assertThat(ledger.submit(insert(2)).join()).isEqualTo(2);
    }

    @Test
    void tooMuchWaitingWorkIsRefusedAtOnce() throws Exception {
        CountDownLatch release = hold();
        for (int i = 0; i < CAPACITY; i++) {
            ledger.submit(insert(i));
        }
        assertThat(refusal(ledger.submit(insert(CAPACITY)))).isEqualTo(ErrorCode.PROXY_BUSY);
        release.countDown();
    }

    @Test
    void fullDiskFailsTheWorkAtHandAndThenItGoesOn() throws Exception {
        ledger.write(batch -> {
            batch.handle().select("PRAGMA max_page_count = 60").mapTo(Integer.class).one();
            return settling -> null;
        });
        CompletableFuture<Object> large = ledger.submit(batch -> {
            batch.handle().execute("INSERT INTO log_entry (position, leaf, body) VALUES (1, x'', zeroblob(4000000))");
            return settling -> null;
        });
        assertThat(refusal(large)).isEqualTo(ErrorCode.PROXY_FAILED);
        assertThat(ledger.submit(insert(7)).join()).isEqualTo(7);
        assertThat(journal.rows).isEqualTo(1);
    }

    @Test
    void failedCommitUndoesJournalAndPromises() throws Exception {
        AtomicInteger wiped = new AtomicInteger();
        AtomicInteger committed = new AtomicInteger();
        CompletableFuture<Object> failing = ledger.submit(batch -> {
            insert(1).run(batch);
            batch.ifUndone(wiped::incrementAndGet);
            batch.afterCommit(committed::incrementAndGet);
            batch.handle().execute("PRAGMA defer_foreign_keys = ON");
            batch.handle().execute("INSERT INTO vault_entry (delegation, sealed) VALUES (x'00', x'00')");
            return settling -> null;
        });
        assertThat(refusal(failing)).isEqualTo(ErrorCode.PROXY_FAILED);
        assertThat(wiped).hasValue(1);
        assertThat(committed).hasValue(0);
        assertThat(stored()).isZero();
    }

    @Test
    void whatIsUndoneIsUndoneBackwards() throws Exception {
        List<Integer> undone = new ArrayList<>();
        CompletableFuture<Object> failing = ledger.submit(batch -> {
            batch.ifUndone(() -> undone.add(1));
            batch.ifUndone(() -> undone.add(2));
            throw new RefusedException(ErrorCode.INPUT_INVALID, "not so");
        });
        assertThat(refusal(failing)).isEqualTo(ErrorCode.INPUT_INVALID);
        assertThat(undone).containsExactly(2, 1);
    }

    @Test
    void afterCloseWorkIsRefused() {
        ledger.close();
        assertThat(refusal(ledger.submit(insert(1)))).isEqualTo(ErrorCode.PROXY_BUSY);
    }

    @Test
    void closeWritesWhatWaits() throws Exception {
        CountDownLatch release = hold();
        CompletableFuture<Integer> waiting = ledger.submit(insert(1));
        release.countDown();
        ledger.close();
        assertThat(waiting.join()).isEqualTo(1);
        assertThat(stored()).isEqualTo(1);
    }

    @Test
    void otherProcessesMayWriteInBetween() throws Exception {
        ledger.submit(insert(1)).join();
        try (Database second = Database.open(dir.resolve("store.db"));
                Ledger beside = Ledger.start(second, new Counted(), CAPACITY, HERE)) {
            beside.submit(insert(2)).join();
        }
        ledger.submit(insert(3)).join();
        assertThat(journal.rows).isEqualTo(3);
    }

    @Test
    void writeThrowsWhatTheWorkThrew() {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> ledger.write(batch -> {
            throw new RefusedException(ErrorCode.NAME_TAKEN, "taken");
        }));
    }
}
