package org.remotepkcs11.proxy.access;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.remotepkcs11.proxy.store.Database;
import org.remotepkcs11.wire.RefusedException;

/**
 * Who is at a card. Whoever wants to touch one registers first and then reads whether it is still allowed; whoever
 * takes a right away commits first and then waits for those registered: one of the two sees the other.
 */
final class Touches {
    private static final String ALLOWED = "SELECT COUNT(*) FROM delegation d JOIN person p ON p.id = d.person"
            + " WHERE d.id = ? AND d.revoked = 0 AND p.disabled = 0";

    private final Database database;
    private final Set<Granted> touching = new HashSet<>();
    private final List<Waiting> waiting = new ArrayList<>();

    Touches(Database database) {
        this.database = database;
    }

    private record Waiting(Set<Granted> forThese, CompletableFuture<Void> quiet) {
    }

    boolean mayTouch(Granted granted) {
        synchronized (this) {
            touching.add(granted);
        }
        return allowed(granted);
    }

    /** Read from the store each time: another process may have revoked it. */
    private boolean allowed(Granted granted) {
        try {
            return database.read(handle -> handle.select(ALLOWED, granted.delegation().bytes())
                    .mapTo(Integer.class).one()) == 1;
        } catch (RefusedException unreadable) {
            return false;
        }
    }

    void leave(Granted granted) {
        List<Waiting> done = new ArrayList<>();
        synchronized (this) {
            if (!touching.remove(granted)) {
                return;
            }
            for (Waiting one : waiting) {
                one.forThese().remove(granted);
                if (one.forThese().isEmpty()) {
                    done.add(one);
                }
            }
            waiting.removeAll(done);
        }
        done.forEach(one -> one.quiet().complete(null));
    }

    /** Done when those of these who are at a card now are through. */
    synchronized CompletableFuture<Void> quiet(Predicate<Granted> whose) {
        Set<Granted> now = new HashSet<>(touching);
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
