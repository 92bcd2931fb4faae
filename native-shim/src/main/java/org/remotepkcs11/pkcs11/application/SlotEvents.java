package org.remotepkcs11.pkcs11.application;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;

/** Tokens that came or went and of which one application does not know yet: {@code C_WaitForSlotEvent}. */
final class SlotEvents {
    private static final long INTEREST_SECONDS = 60;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Long, Boolean> presence = new HashMap<>();
    private final Set<Long> pending = new LinkedHashSet<>();
    private boolean known;
    private boolean ended;

    /** Compares with what was there before. */
    void look(List<Slot> slots) {
        lock.lock();
        try {
            Map<Long, Boolean> now = new HashMap<>();
            slots.forEach(slot -> now.put(slot.id(), slot.tokenPresent()));
            if (known) {
                now.forEach((slot, present) -> note(slot, present, presence.getOrDefault(slot, false)));
                presence.forEach((slot, present) -> note(slot, now.getOrDefault(slot, false), present));
            }
            known = true;
            presence.clear();
            presence.putAll(now);
        } finally {
            lock.unlock();
        }
    }

    private void note(long slot, boolean now, boolean before) {
        if (now != before && pending.add(slot)) {
            changed.signalAll();
        }
    }

    /** @throws CkException {@code CKR_NO_EVENT} */
    long poll() {
        lock.lock();
        try {
            return next().orElseThrow(() -> new CkException(CKR.NO_EVENT));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits as long as it takes.
     *
     * @param interest is told again and again that somebody waits
     * @throws CkException {@code CKR_CRYPTOKI_NOT_INITIALIZED} when the application ends
     */
    long await(Runnable interest) {
        while (true) {
            interest.run();
            Optional<Long> event = awaitSome();
            if (event.isPresent()) {
                return event.get();
            }
        }
    }

    private Optional<Long> awaitSome() {
        lock.lock();
        try {
            long nanos = TimeUnit.SECONDS.toNanos(INTEREST_SECONDS);
            while (!ended && pending.isEmpty() && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            return next();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CkException(CKR.FUNCTION_FAILED, "interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    private Optional<Long> next() {
        if (ended) {
            throw new CkException(CKR.CRYPTOKI_NOT_INITIALIZED);
        }
        Optional<Long> first = pending.stream().findFirst();
        first.ifPresent(pending::remove);
        return first;
    }

    /** Wakes those who wait. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
