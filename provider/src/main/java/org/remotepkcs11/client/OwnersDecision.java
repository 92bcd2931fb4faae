package org.remotepkcs11.client;

import java.lang.System.Logger.Level;
import java.time.Duration;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.MessageBounds;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Secret;
import org.remotepkcs11.wire.Snapshot;

/**
 * Waits until the owner has decided about an operation; the user is told that it waits. Whether it still does, the
 * snapshot says. Of all that wait, one thread asks by Watch whether there is another snapshot, for all of them.
 */
final class OwnersDecision {
    private static final System.Logger LOG = System.getLogger(OwnersDecision.class.getName());
    /** A proxy that ends a Watch at once has too many of this user's. */
    private static final Duration SHORTEST_WATCH = Duration.ofSeconds(1);
    /** How soon to look again where another thread watches for another snapshot than was looked into. */
    private static final long SOON_MS = 50;
    private static final Duration LONGEST_WATCH = Duration.ofMillis(MessageBounds.MAX_WAIT_MS);

    private final Conversation conversation;
    /** Version of the snapshot for which a thread watches; null if none does. */
    private String watched;

    OwnersDecision(Conversation conversation) {
        this.conversation = conversation;
    }

    /**
     * Returns when the snapshot no longer says that the operation waits, when the owner's time is over, or at the
     * deadline.
     *
     * @param pending APPROVAL_PENDING
     */
    void await(Refusal pending, Id operation, Deadline deadline) throws RefusedException {
        LOG.log(Level.INFO, pending.detail());
        LastRefusal.keep("wait for the owner", pending);
        Deadline owners = Deadline.in(pending.retryAfter());
        Deadline end = owners.remaining().compareTo(deadline.remaining()) < 0 ? owners : deadline;
        while (!end.passed() && !Thread.currentThread().isInterrupted()) {
            Snapshot known = conversation.snapshot(deadline);
            if (!waits(known, operation)) {
                return;
            }
            if (leads(known.version(), end)) {
                try {
                    watch(known.version(), end, deadline);
                } finally {
                    yieldLead();
                }
            }
        }
    }

    private static boolean waits(Snapshot snapshot, Id operation) {
        return snapshot.cards().stream().flatMap(card -> card.approval().waiting().stream())
                .anyMatch(waiting -> waiting.operation().equals(operation));
    }

    /** Whether it is for this thread to watch; if not, another's Watch ended, or the time is over. */
    private synchronized boolean leads(String known, Deadline end) {
        if (watched == null) {
            watched = known;
            return true;
        }
        long remaining = Math.max(1, end.remaining().toMillis());
        try {
            wait(watched.equals(known) ? remaining : Math.min(SOON_MS, remaining));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private synchronized void yieldLead() {
        watched = null;
        notifyAll();
    }

    /** Once there is another snapshot it is fetched here, so that those who wait find it. */
    private void watch(String known, Deadline end, Deadline deadline) throws RefusedException {
        Duration patience = shorter(end.remaining(), LONGEST_WATCH);
        Deadline shortest = Deadline.in(shorter(SHORTEST_WATCH, patience));
        Outcome.Watched answer = (Outcome.Watched) conversation.ask(new Request.Watch(known, patience),
                Secret.none(), Deadline.in(patience.plus(RemoteClient.WATCH_MARGIN)));
        if (answer.changed()) {
            conversation.snapshot(deadline);
        } else {
            sleep(shortest.remaining());
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
