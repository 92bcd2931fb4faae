package org.remotepkcs11.proxy.cards.process;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one process of a module running: starts it, ends it when it hangs, and starts it again, after 0.25 s and then
 * after twice as long each time it ends soon, up to 30 s.
 */
final class Supervisor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration SOUND = Duration.ofSeconds(30);

    private final ModuleProcess.Order order;
    private final Duration patience;
    private final Consumer<ModuleMessage> news;
    private final Runnable down;
    private final CompletableFuture<Void> firstStart = new CompletableFuture<>();
    private final Thread thread;
    private ModuleProcess current;
    private boolean closed;

    /**
     * @param patience for one call; a process that needs longer hangs
     * @param news     what the process says unasked
     * @param down     called whenever the process ended
     */
    Supervisor(ModuleProcess.Order order, Duration patience, Consumer<ModuleMessage> news, Runnable down) {
        this.order = order;
        this.patience = patience;
        this.news = news;
        this.down = down;
        this.thread = new Thread(this::keepRunning, "supervisor of " + order.name());
        thread.setDaemon(true);
        thread.start();
    }

    /** @throws IOException if the module could not be loaded at the first time */
    void awaitStart() throws IOException {
        try {
            firstStart.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void keepRunning() {
        Duration pause = FIRST_PAUSE;
        try {
            while (!isClosed()) {
                long begun = System.nanoTime();
                attempt();
                boolean sound = System.nanoTime() - begun > SOUND.toNanos();
                pause = sound ? FIRST_PAUSE : pause;
                if (!isClosed()) {
                    TimeUnit.MILLISECONDS.sleep(pause.toMillis());
                }
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void attempt() throws InterruptedException {
        try {
            runOnce();
        } catch (RuntimeException e) {
            // A defect of ours must not leave a card without a process for ever.
            LOG.error("running the process of {} failed unexpectedly; it is started again", order.name(), e);
        }
    }

    private void runOnce() throws InterruptedException {
        try (ModuleProcess process = ModuleProcess.start(order, news)) {
            if (adopt(process)) {
                firstStart.complete(null);
                process.ended().get();
            }
        } catch (IOException e) {
            LOG.warn("the process of {} does not start: {}", order.name(), e.getMessage());
            firstStart.completeExceptionally(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of a process never fails", e);
        } finally {
            adopt(null);
            firstStart.completeExceptionally(new IOException("the process of " + order.name() + " did not start"));
            down.run();
        }
    }

    private synchronized boolean adopt(ModuleProcess process) {
        current = process;
        return !closed;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized ModuleProcess current() throws RefusedException {
        if (current == null) {
            throw new RefusedException(ErrorCode.CARD_FAILED, "the process of " + order.name() + " is being started");
        }
        return current;
    }

    /** Calls and does not wait. @throws RefusedException CARD_FAILED while there is no process */
    CompletableFuture<ModuleMessage.Answer> ask(LongFunction<ModuleMessage> numbered) throws RefusedException {
        ModuleProcess process = current();
        return process.call(numbered).orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((answer, failure) -> {
                    if (failure instanceof TimeoutException) {
                        process.end("did not answer for " + patience.toSeconds() + " s and was ended");
                    }
                });
    }

    /**
     * Calls and waits.
     *
     * @throws RefusedException as the process refuses; CARD_FAILED where it crashes or hangs
     */
    ModuleMessage.Answer call(LongFunction<ModuleMessage> numbered) throws RefusedException {
        try {
            ModuleMessage.Answer answer = ask(numbered).get();
            if (answer instanceof ModuleMessage.Refused refused) {
                throw new RefusedException(refused.code(), refused.detail());
            }
            return answer;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RefusedException refused ? refused
                    : new RefusedException(ErrorCode.CARD_FAILED, "the process of " + order.name()
                            + " did not answer for " + patience.toSeconds() + " s and was ended; it is started again");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(ErrorCode.CARD_FAILED, "interrupted while the card worked");
        }
    }

    @Override
    public void close() {
        ModuleProcess last;
        synchronized (this) {
            closed = true;
            last = current;
        }
        thread.interrupt();
        if (last != null) {
            last.close();
        }
    }
}
