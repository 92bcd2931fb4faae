package org.remotepkcs11.wire;

import com.google.protobuf.ByteString;
import java.util.Arrays;

/** Makes signed requests of one user. For use by many threads. */
public final class RequestSealer {
    private final MessageSigner user;

    public RequestSealer(MessageSigner user) {
        this.user = user;
    }

    /** @param secret is not closed */
    public SealedRequest seal(RequestHeader header, Request request, Secret secret) {
        byte[] secretBytes = SecretCodec.encode(secret);
        ByteString commitment = secretBytes.length == 0 ? ByteString.EMPTY
                : ByteString.copyFrom(Fingerprint.sha256(secretBytes));
        byte[] body = RequestCodec.encode(header, request, commitment);
        byte[] bytes = Envelope.write(body, user.sign(Prefix.REQUEST, body), secretBytes);
        Arrays.fill(secretBytes, (byte) 0);
        Id hash = Id.owning(Fingerprint.sha256(Prefix.REQUEST.bytes(), body));
        return new SealedRequest(header, request, bytes, hash);
    }
}
