package org.remotepkcs11.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RefusedException;

/** One caller's operation on its way through a {@link Lane}. */
final class Waiting {
    private static final int OVERHEAD = 512;

    final Login login;
    final Operation operation;
    final Deadline deadline;
    /** Completed with the batch that this caller is to carry, or with none once another caller has carried it. */
    final CompletableFuture<List<Waiting>> turn = new CompletableFuture<>();

    /** Its patience ended and there was no place for it: it gets the next that is free. Under the lane's lock. */
    boolean late;

    private volatile Outcome.Result result;
    private volatile RefusedException refused;

    Waiting(Login login, Operation operation, Deadline deadline) {
        this.login = login;
        this.operation = operation;
        this.deadline = deadline;
    }

    /** Upper bound of the operation's bytes in a request. */
    int size() {
        return operation.input().length + operation.toBeSigned().length + OVERHEAD;
    }

    void answer(Outcome.Result answer) {
        result = answer;
    }

    void refuse(RefusedException reason) {
        refused = reason;
    }

    byte[] output() throws RefusedException {
        if (refused != null) {
            throw new RefusedException(refused.refusal(), refused);
        }
        if (result instanceof Outcome.Result.Failed failed) {
            throw new RefusedException(failed.refusal());
        }
        if (result instanceof Outcome.Result.Output output) {
            return output.value();
        }
        throw new IllegalStateException("the caller that carried this operation failed");
    }
}
