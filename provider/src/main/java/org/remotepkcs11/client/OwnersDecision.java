package org.remotepkcs11.client;

import java.lang.System.Logger.Level;
import java.time.Duration;
import org.remotepkcs11.wire.MessageBounds;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Secret;

/** Waits, by Watch, until the owner has decided about an operation; the user is told that it waits. */
final class OwnersDecision {
    private static final System.Logger LOG = System.getLogger(OwnersDecision.class.getName());
    /** A proxy that ends a Watch at once has too many of this user's. */
    private static final Duration SHORTEST_WATCH = Duration.ofSeconds(1);
    private static final Duration LONGEST_WATCH = Duration.ofMillis(MessageBounds.MAX_WAIT_MS);

    private final Conversation conversation;

    OwnersDecision(Conversation conversation) {
        this.conversation = conversation;
    }

    /**
     * Returns when the snapshot is no longer the one in which the operation waits, when the owner's time is over, or at
     * the deadline.
     *
     * @param pending APPROVAL_PENDING
     * @param known   version of the snapshot in which the operation waits
     */
    void await(Refusal pending, String known, Deadline deadline) throws RefusedException {
        LOG.log(Level.INFO, pending.detail());
        LastRefusal.keep("wait for the owner", pending);
        Deadline owners = Deadline.in(pending.retryAfter());
        boolean decided = false;
        while (!decided && !owners.passed() && !deadline.passed()) {
            Duration patience = shorter(shorter(owners.remaining(), deadline.remaining()), LONGEST_WATCH);
            Deadline shortest = Deadline.in(shorter(SHORTEST_WATCH, patience));
            Outcome.Watched watched = (Outcome.Watched) conversation.ask(new Request.Watch(known, patience),
                    Secret.none(), Deadline.in(patience.plus(RemoteClient.WATCH_MARGIN)));
            decided = watched.changed() || !slept(shortest.remaining());
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** @return false if interrupted */
    private static boolean slept(Duration time) {
        try {
            Thread.sleep(time.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
