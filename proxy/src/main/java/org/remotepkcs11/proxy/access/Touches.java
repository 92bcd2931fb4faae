package org.remotepkcs11.proxy.access;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.remotepkcs11.proxy.store.Database;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/**
 * Who is at a card. Whoever wants to touch one registers first and then reads whether it is still allowed; whoever
 * takes a right away commits first and then waits for those registered: one of the two sees the other.
 */
final class Touches {
    /** No row: the right is gone. 0: the physical card is not behind the remote one. */
    private static final String ALLOWED = "SELECT EXISTS (SELECT 1 FROM card_member WHERE card = d.card AND source = ?)"
            + " FROM delegation d JOIN person p ON p.id = d.person"
            + " WHERE d.id = ? AND d.revoked = 0 AND p.disabled = 0 AND p.fingerprint = ?";
    private static final String ENROLLED = "SELECT 1 FROM person WHERE disabled = 0 AND fingerprint = ?";

    /** What must still hold. */
    enum Right {
        /** The user's to add cards: of the remote card nothing is stored yet. */
        OF_USER,
        /** To the remote card, which the physical one is not behind yet. */
        OF_REMOTE_CARD,
        /** To the remote card with the physical one behind it. */
        OF_MEMBER
    }

    private final Database database;
    private final Clock clock;
    /** How many operations of each were allowed, or are just asking. */
    private final Map<Admission.Pending, Integer> touching = new HashMap<>();
    private final List<Waiting> waiting = new ArrayList<>();

    Touches(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    private record Waiting(Set<Admission.Pending> forThese, CompletableFuture<Void> quiet) {
    }

    /** @throws RefusedException DELEGATION_REVOKED, CARD_ABSENT */
    void touch(Admission.Pending who, String source, Right right) throws RefusedException {
        synchronized (this) {
            touching.merge(who, 1, Integer::sum);
        }
        Optional<Boolean> member = member(who, source, right);
        if (!member.orElse(false)) {
            tellQuiet(turnedAway(who));
            throw member.isEmpty() ? revoked()
                    : new RefusedException(ErrorCode.CARD_ABSENT, source + " left the remote card");
        }
    }

    Instant now() {
        return clock.instant();
    }

    static RefusedException revoked() {
        return new RefusedException(ErrorCode.DELEGATION_REVOKED,
                "the delegation was taken back while the request waited for the card");
    }

    private synchronized List<Waiting> turnedAway(Admission.Pending who) {
        boolean gone = touching.computeIfPresent(who, (one, count) -> count == 1 ? null : count - 1) == null;
        return gone ? quietWithout(who) : List.of();
    }

    /** Read from the store each time: another process may have changed it. Empty if the right is gone. */
    private Optional<Boolean> member(Admission.Pending who, String source, Right right) {
        byte[] key = who.user().fingerprint().bytes();
        try {
            return database.read(handle -> (right == Right.OF_USER ? handle.select(ENROLLED, key)
                    : handle.select(ALLOWED, source, who.delegation().bytes(), key)).mapTo(Integer.class).findOne()
                    .map(is -> is == 1 || right != Right.OF_MEMBER));
        } catch (RefusedException unreadable) {
            return Optional.empty();
        }
    }

    /** None of its operations will touch a card any more. */
    void leave(Admission.Pending who) {
        List<Waiting> done;
        synchronized (this) {
            done = touching.remove(who) == null ? List.of() : quietWithout(who);
        }
        tellQuiet(done);
    }

    private List<Waiting> quietWithout(Admission.Pending who) {
        waiting.forEach(one -> one.forThese().remove(who));
        List<Waiting> done = waiting.stream().filter(one -> one.forThese().isEmpty()).toList();
        waiting.removeAll(done);
        return done;
    }

    private static void tellQuiet(List<Waiting> done) {
        done.forEach(one -> one.quiet().complete(null));
    }

    /** Done when those of these who are at a card now are through. */
    synchronized CompletableFuture<Void> quiet(Predicate<Admission.Pending> whose) {
        Set<Admission.Pending> now = new HashSet<>(touching.keySet());
        now.removeIf(whose.negate());
        CompletableFuture<Void> quiet = new CompletableFuture<>();
        if (now.isEmpty()) {
            quiet.complete(null);
        } else {
            waiting.add(new Waiting(now, quiet));
        }
        return quiet;
    }
}
