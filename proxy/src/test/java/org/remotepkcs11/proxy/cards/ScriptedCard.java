package org.remotepkcs11.proxy.cards;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;

/** Hangs, fails and forgets its PIN when told to, which no real card does in time for a test. */
final class ScriptedCard implements Card {
    static final PrivateKeyObject KEY = new PrivateKeyObject(Id.NONE, "key", new byte[] {1}, Set.of(), Set.of());

    final AtomicInteger touched = new AtomicInteger();
    final AtomicInteger pinChecks = new AtomicInteger();
    private final String serial;
    private volatile CountDownLatch hang = new CountDownLatch(0);
    private volatile CountDownLatch reached = new CountDownLatch(1);
    private volatile ErrorCode failure;

    ScriptedCard(String serial) {
        this.serial = serial;
    }

    /** The next operation does not return until released. */
    CountDownLatch hang() {
        reached = new CountDownLatch(1);
        hang = new CountDownLatch(1);
        return hang;
    }

    void awaitReached() throws InterruptedException {
        reached.await();
    }

    void fail(ErrorCode code) {
        failure = code;
    }

    @Override
    public String serial() {
        return serial;
    }

    @Override
    public CardDescription describe() {
        return new CardDescription("scripted:" + serial, new RemoteCard.Token(serial, serial, "test", "test"), List.of(),
                List.of(KEY), Set.of(), PinState.OK, true);
    }

    @Override
    public byte[] apply(Operation operation, CardPin pin, Instant deadline) throws RefusedException {
        touched.incrementAndGet();
        reached.countDown();
        try {
            hang.await();
        } catch (InterruptedException e) {
            throw new RefusedException(ErrorCode.CARD_FAILED, "interrupted");
        }
        if (failure != null) {
            throw new RefusedException(failure, "as scripted");
        }
        return operation.input();
    }

    @Override
    public void checkPin(CardPin pin) {
        pinChecks.incrementAndGet();
        failure = null;
    }

    @Override
    public void rest() {
        // Nothing to rest.
    }

    @Override
    public void close() {
        hang.countDown();
    }
}
