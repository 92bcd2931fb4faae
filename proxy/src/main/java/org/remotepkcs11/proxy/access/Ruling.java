package org.remotepkcs11.proxy.access;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Snapshot;

/**
 * What was decided inside a batch; it becomes an admission when it is durable.
 *
 * @param user  whose snapshot the reply tells; absent where it tells none
 * @param quiet what to wait for after the commit
 */
record Ruling(Optional<User> user, Supplier<CompletableFuture<Void>> quiet, Admitted admitted) {
    private static final Supplier<CompletableFuture<Void>> AT_ONCE = () -> CompletableFuture.completedFuture(null);

    /** Makes the admission when all is durable; may read the store. */
    @FunctionalInterface
    interface Admitted {
        Admission with(Snapshot snapshot) throws RefusedException;
    }

    static Ruling of(User user, Admitted admitted) {
        return new Ruling(Optional.of(user), AT_ONCE, admitted);
    }

    /** No reply follows at once. */
    static Ruling untold(Admission.Pending pending) {
        return ofStranger(snapshot -> pending);
    }

    static Ruling ofStranger(Admitted admitted) {
        return new Ruling(Optional.empty(), AT_ONCE, admitted);
    }

    Ruling after(Supplier<CompletableFuture<Void>> wait) {
        return new Ruling(user, wait, admitted);
    }
}
