package org.remotepkcs11.proxy.access;

import java.time.Instant;
import org.jdbi.v3.core.Handle;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.proxy.store.Batch;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.ReceivedRequest;
import org.remotepkcs11.wire.RefusedException;

/** A request of an enrolled person, while it is judged inside a batch. */
final class Asked {
    private final Batch batch;
    private final User user;
    private final ReceivedRequest request;
    private final Instant now;
    private AuditEntry.Right right = AuditEntry.Right.NONE;

    Asked(Batch batch, User user, ReceivedRequest request, Instant now) {
        this.batch = batch;
        this.user = user;
        this.request = request;
        this.now = now;
    }

    Batch batch() {
        return batch;
    }

    Handle handle() {
        return batch.handle();
    }

    User user() {
        return user;
    }

    ReceivedRequest request() {
        return request;
    }

    Instant now() {
        return now;
    }

    Id operation() {
        return request.header().operation();
    }

    AuditEntry.Evidence evidence() {
        return evidence(request);
    }

    static AuditEntry.Evidence evidence(ReceivedRequest request) {
        return new AuditEntry.Evidence(request.header().user(), request.body(), request.signature());
    }

    /** By which right, as far as that is known yet: for the record. */
    AuditEntry.Right right() {
        return right;
    }

    void by(Id card, Id delegation) {
        right = new AuditEntry.Right(card, delegation);
    }

    byte[] pinProof() throws RefusedException {
        return present(request.secret().pinProof(), "the request carries no proof of the virtual pin");
    }

    byte[] newPinProof() throws RefusedException {
        return present(request.secret().newPinProof(), "the request carries no proof of the new virtual pin");
    }

    byte[] cardPin() throws RefusedException {
        return present(request.secret().cardPin(), "the request carries no pin of the card");
    }

    private static byte[] present(byte[] secret, String otherwise) throws RefusedException {
        if (secret.length == 0) {
            throw new RefusedException(ErrorCode.PIN_MISSING, otherwise);
        }
        return secret;
    }
}
