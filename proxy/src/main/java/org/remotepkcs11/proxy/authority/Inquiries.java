package org.remotepkcs11.proxy.authority;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/**
 * Asks authorities about certificates on threads of its own, few at a time and each certificate once, so that a slow
 * authority holds up nobody but its own users. What it said serves all connections for a while, also if it said no.
 */
final class Inquiries {
    /** How long what was said against a certificate, or that nothing was said, is not asked again. */
    static final Duration REFUSED = Duration.ofSeconds(10);
    static final int AT_ONCE = 4;
    static final int WAITING = 64;
    private static final int REMEMBERED = 4096;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(AT_ONCE, AT_ONCE, 10, TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING), Inquiries::daemon);
    private final Map<X509Certificate, Asked> asked = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<X509Certificate, Asked> eldest) {
            return size() > REMEMBERED;
        }
    };

    Inquiries() {
        threads.allowCoreThreadTimeOut(true);
    }

    private record Asked(CompletableFuture<ClientCertificate> answer, Instant at) {
        boolean serves(Instant now) {
            if (!answer.isDone()) {
                return true;
            }
            Duration serves = answer.isCompletedExceptionally() ? REFUSED : Revocation.SERVES;
            return !now.isBefore(at) && now.isBefore(at.plus(serves));
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "revocation");
        thread.setDaemon(true);
        return thread;
    }

    /** @return fails with {@link RefusedException}: as {@code judge}; REVOCATION_UNKNOWN if too many wait */
    CompletableFuture<ClientCertificate> ask(X509Certificate certificate, Instant now,
                                             Callable<ClientCertificate> judge) {
        CompletableFuture<ClientCertificate> answer = new CompletableFuture<>();
        synchronized (asked) {
            Asked before = asked.get(certificate);
            if (before != null && before.serves(now)) {
                return before.answer.copy();
            }
            asked.put(certificate, new Asked(answer, now));
        }
        try {
            threads.execute(() -> answer(answer, judge));
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(new RefusedException(ErrorCode.REVOCATION_UNKNOWN,
                    "too many wait for authorities that do not answer"));
        }
        return answer.copy();
    }

    private static void answer(CompletableFuture<ClientCertificate> answer, Callable<ClientCertificate> judge) {
        try {
            answer.complete(judge.call());
        } catch (Exception e) {
            // whatever it is, who asked must hear of it
            answer.completeExceptionally(e);
        }
    }
}
