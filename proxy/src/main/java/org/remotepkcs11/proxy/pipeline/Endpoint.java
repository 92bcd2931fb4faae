package org.remotepkcs11.proxy.pipeline;

import java.util.concurrent.CompletableFuture;
import org.remotepkcs11.wire.Refusal;

/** What answers the POSTs to one path. */
interface Endpoint {
    /** Bytes of the largest request from this peer that is read. */
    int largest(Peer peer);

    /**
     * @param body   becomes the endpoint's
     * @param permit given back when the answer is there; earlier by who only waits
     * @return never fails; cancelled when the peer went away
     */
    CompletableFuture<Answer> answer(Peer peer, byte[] body, Permit permit);

    /** Where the request was not read. */
    CompletableFuture<Answer> refuse(Peer peer, Refusal refusal);
}
