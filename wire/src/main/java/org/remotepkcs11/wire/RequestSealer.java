package org.remotepkcs11.wire;

import com.google.protobuf.ByteString;
import java.util.Arrays;

/** Makes signed requests of one user. For use by many threads. */
public final class RequestSealer {
    private final MessageSigner user;

    public RequestSealer(MessageSigner user) {
        this.user = user;
    }

    /** @param secret is not closed; if it has a card's PIN, it must be {@linkplain Secret#forReader for a reader} */
    public SealedRequest seal(RequestHeader header, Request request, Secret secret) {
        byte[] secretBytes = SecretCodec.encode(secret.cardPin().length == 0 ? secret
                : secret.withCardPin(sealedCardPin(header, request, secret)));
        ByteString commitment = secretBytes.length == 0 ? ByteString.EMPTY
                : ByteString.copyFrom(Fingerprint.sha256(secretBytes));
        byte[] body = RequestCodec.encode(header, request, commitment);
        byte[] bytes = Envelope.write(body, user.sign(Prefix.REQUEST, body), secretBytes);
        Arrays.fill(secretBytes, (byte) 0);
        Id hash = Id.owning(Fingerprint.sha256(Prefix.REQUEST.bytes(), body));
        return new SealedRequest(header, request, bytes, hash);
    }

    private static byte[] sealedCardPin(RequestHeader header, Request request, Secret secret) {
        return CardPinSeal.seal(secret.cardPin(), secret.cardPinReader(), bound(header, request));
    }

    /** The body with no commitment yet holds the same matter. */
    static CardPinSeal.Bound bound(RequestHeader header, Request request) {
        byte[] body = RequestCodec.encode(header, request, ByteString.EMPTY);
        try {
            return new CardPinSeal.Bound(header, RequestMatter.hash(body, 0, body.length));
        } catch (RefusedException e) {
            throw new IllegalStateException("a body of our own is well-formed", e);
        }
    }
}
