package org.remotepkcs11.proxy.pipeline;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.remotepkcs11.proxy.access.Gate;
import org.remotepkcs11.wire.EnrollmentReply;
import org.remotepkcs11.wire.EnrollmentRequest;
import org.remotepkcs11.wire.MessageBounds;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;

/** {@code POST /v1/enroll}: needs no certificate, but regards one of another authority's for the same key. Rare, so it may wait for the store. */
record EnrollmentEndpoint(Enrollment enrollment, Gate gate) implements Endpoint {
    private static final int OK = 200;

    @Override
    public CompletableFuture<Answer> answer(Peer peer, byte[] body, Permit permit) {
        try {
            EnrollmentReply.Enrolled enrolled = enrollment.enroll(EnrollmentRequest.decode(body), peer.chain());
            return CompletableFuture.completedFuture(new Answer(OK, enrolled.encode()));
        } catch (RefusedException e) {
            return refuse(peer, e.refusal());
        }
    }

    @Override
    public CompletableFuture<Answer> refuse(Peer peer, Refusal refusal) {
        Answer answer = new Answer(refusal.code().httpStatus(), new EnrollmentReply.Refused(refusal).encode());
        return gate.refuse(peer.caller(), Optional.empty(), refusal).handle((recorded, failure) -> answer);
    }

    @Override
    public int largest(Peer peer) {
        return MessageBounds.MAX_ENROLLMENT_BYTES;
    }
}
