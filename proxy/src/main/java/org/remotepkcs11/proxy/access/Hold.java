package org.remotepkcs11.proxy.access;

import java.util.concurrent.CompletableFuture;
import org.remotepkcs11.wire.RefusedException;

/** Something that cards are at: it ends when nobody waits for it any more and the last card is through with it. */
final class Hold {
    private final Runnable end;
    private final CompletableFuture<Void> through = new CompletableFuture<>();
    private int atCards;
    private boolean closed;

    /** @param end called once */
    Hold(Runnable end) {
        this.end = end;
    }

    /** @throws RefusedException DELEGATION_REVOKED if nobody waits for it any more */
    synchronized void enter() throws RefusedException {
        if (closed) {
            throw Touches.revoked();
        }
        atCards++;
    }

    void left() {
        boolean last;
        synchronized (this) {
            last = --atCards == 0 && closed;
        }
        if (last) {
            end();
        }
    }

    /** Nobody waits for it any more: nothing else of it enters. */
    void close() {
        boolean last;
        synchronized (this) {
            last = !closed && atCards == 0;
            closed = true;
        }
        if (last) {
            end();
        }
    }

    private void end() {
        end.run();
        through.complete(null);
    }

    /** Done when it has ended. */
    CompletableFuture<Void> through() {
        return through;
    }
}
