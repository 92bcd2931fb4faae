package org.remotepkcs11.proxy.cards.process;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.remotepkcs11.proxy.cards.Card;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/** A card behind a module's process, which watches it and tells what it shows. */
final class ProcessCard implements Card {
    private final String serial;
    private volatile Supervisor process;
    private CardDescription shown;
    private Instant goneSince = Instant.now();

    ProcessCard(String serial) {
        this.serial = serial;
    }

    void servedBy(Supervisor supervisor) {
        process = supervisor;
    }

    @Override
    public String serial() {
        return serial;
    }

    synchronized void show(CardDescription description) {
        shown = description;
        notifyAll();
    }

    synchronized void leave() {
        goneSince = shown == null ? goneSince : Instant.now();
        shown = null;
    }

    synchronized boolean isThere() {
        return shown != null;
    }

    /** Not shown since; meaningless while it is there. */
    synchronized Instant goneSince() {
        return goneSince;
    }

    synchronized void awaitShown(Instant until) throws InterruptedException {
        for (long left = millis(until); shown == null && left > 0; left = millis(until)) {
            TimeUnit.MILLISECONDS.timedWait(this, left);
        }
    }

    private static long millis(Instant until) {
        return until.toEpochMilli() - System.currentTimeMillis();
    }

    @Override
    public synchronized CardDescription describe() throws RefusedException {
        if (shown == null) {
            throw new RefusedException(ErrorCode.CARD_ABSENT, "card " + serial + " is not there");
        }
        return shown;
    }

    @Override
    public byte[] apply(Operation operation, CardPin pin, Instant deadline) throws RefusedException {
        ModuleMessage.Answer answer = process.call(call ->
                new ModuleMessage.Apply(call, serial, operation, deadline.toEpochMilli(), pin));
        return answer instanceof ModuleMessage.Done done ? done.output() : unexpected();
    }

    private static byte[] unexpected() throws RefusedException {
        throw new RefusedException(ErrorCode.CARD_FAILED, "the module's process gave an answer to something else");
    }

    @Override
    public void checkPin(CardPin pin) throws RefusedException {
        process.call(call -> new ModuleMessage.CheckPin(call, serial, pin));
    }

    /** The process does that by itself. */
    @Override
    public void rest() {
    }

    @Override
    public void close() {
        process.close();
    }
}
