package org.remotepkcs11.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.Reply;

/**
 * The last signed replies that tell of uses of a key, newest last: what the user shows who wants to know what the proxy
 * said. Kept in memory and, by {@link #flush}, in the state folder: as {@code PROXY/receipts/NN}, a ring by log index,
 * and the very last of all proxies as {@code last-receipt}.
 */
final class Receipts {
    static final int KEPT = 64;

    private record Receipt(long index, byte[] bytes) {
    }

    private final StateFolder state;
    private final StateFolder ring;
    private final Deque<Receipt> recent = new ArrayDeque<>();
    private int unwritten;

    Receipts(StateFolder state, StateFolder ring) {
        this.state = state;
        this.ring = ring;
    }

    synchronized void keep(Reply reply) {
        if (reply.outcome() instanceof Outcome.Opened || reply.outcome() instanceof Outcome.Watched) {
            return;
        }
        recent.addLast(new Receipt(reply.header().log().index(), reply.receipt()));
        if (recent.size() > KEPT) {
            recent.removeFirst();
        }
        unwritten = Math.min(unwritten + 1, KEPT);
    }

    synchronized List<byte[]> recent() {
        return recent.stream().map(receipt -> receipt.bytes().clone()).toList();
    }

    void flush() {
        List<Receipt> taken = taken();
        for (Receipt receipt : taken) {
            ring.write(String.format("%02d", receipt.index() % KEPT), receipt.bytes());
        }
        if (!taken.isEmpty()) {
            state.write("last-receipt", taken.get(taken.size() - 1).bytes());
        }
    }

    private synchronized List<Receipt> taken() {
        List<Receipt> all = new ArrayList<>(recent);
        List<Receipt> taken = all.subList(all.size() - unwritten, all.size());
        unwritten = 0;
        return taken;
    }
}
