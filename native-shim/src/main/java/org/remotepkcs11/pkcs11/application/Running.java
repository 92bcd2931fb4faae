package org.remotepkcs11.pkcs11.application;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Output;

/**
 * The place in a session for one running operation of a kind. An operation is taken out while a call works on it, so
 * that no lock is held meanwhile; a second call at the same time is refused, and a cancelled operation does not come
 * back.
 */
final class Running<T> {
    private T operation;
    private boolean taken;

    /** @throws CkException {@code CKR_OPERATION_ACTIVE} */
    synchronized void requireNone() {
        if (operation != null) {
            throw new CkException(CKR.OPERATION_ACTIVE);
        }
    }

    /** @throws CkException {@code CKR_OPERATION_ACTIVE} */
    synchronized void begin(T begun) {
        requireNone();
        operation = begun;
        taken = false;
    }

    synchronized boolean isActive() {
        return operation != null;
    }

    synchronized void cancel() {
        if (operation instanceof PrivateOperation ended) {
            ended.contextLogin().ifPresent(ContextLogin::close);
        }
        operation = null;
        taken = false;
    }

    /** The running one, to look at. @throws CkException {@code CKR_OPERATION_NOT_INITIALIZED} */
    synchronized T current() {
        if (operation == null) {
            throw new CkException(CKR.OPERATION_NOT_INITIALIZED);
        }
        return operation;
    }

    /**
     * A step after which the operation goes on; any error but {@code CKR_BUFFER_TOO_SMALL} ends it.
     *
     * @throws CkException also {@code CKR_OPERATION_NOT_INITIALIZED}
     */
    <R> R step(Function<T, R> body) {
        return perform(body, () -> false);
    }

    /** A step after which the operation goes on also where it failed. */
    void stepThatMayFail(Consumer<T> body) {
        T mine = take();
        try {
            body.accept(mine);
        } finally {
            giveBack(mine, false);
        }
    }

    /** The last step: ends the operation, unless only the length was asked or the buffer is too small. */
    void last(Output output, Consumer<T> body) {
        perform(operationAtHand -> {
            body.accept(operationAtHand);
            return null;
        }, () -> !output.lengthOnly());
    }

    /** The last step of an operation without output. */
    <R> R last(Function<T, R> body) {
        return perform(body, () -> true);
    }

    private <R> R perform(Function<T, R> body, BooleanSupplier ends) {
        T mine = take();
        boolean ended = true;
        try {
            R result = body.apply(mine);
            ended = ends.getAsBoolean();
            return result;
        } catch (CkException e) {
            ended = e.returnValue() != CKR.BUFFER_TOO_SMALL;
            throw e;
        } finally {
            giveBack(mine, ended);
        }
    }

    private synchronized T take() {
        T mine = current();
        if (taken) {
            throw new CkException(CKR.OPERATION_ACTIVE, "another thread works on this operation");
        }
        taken = true;
        return mine;
    }

    private synchronized void giveBack(T mine, boolean ended) {
        if (operation == mine) {
            taken = false;
            if (ended) {
                cancel();
            }
        }
    }
}
