package org.remotepkcs11.wire;

import java.security.PublicKey;
import java.util.Arrays;
import org.remotepkcs11.proto.V1;

/**
 * A request as the audit log keeps it: the signed body, without the secret. Read again years later, so it is not
 * refused for what only a proxy in service would refuse.
 */
public final class KeptRequest {
    private final byte[] body;
    private final RequestHeader header;
    private final Request request;

    private KeptRequest(byte[] body, RequestHeader header, Request request) {
        this.body = body;
        this.header = header;
        this.request = request;
    }

    /**
     * @param body as {@link ReceivedRequest#body} gave it. Not copied: do not change it
     * @throws RefusedException {@link ErrorCode#MESSAGE_MALFORMED}, {@link ErrorCode#VERSION_UNSUPPORTED}
     */
    public static KeptRequest decode(byte[] body) throws RefusedException {
        V1.RequestBody message = RequestCodec.parse(body, 0, body.length);
        return new KeptRequest(body, RequestCodec.header(message), RequestCodec.request(message));
    }

    public RequestHeader header() {
        return header;
    }

    public Request request() {
        return request;
    }

    /** The exact bytes that the user signed: {@code "remote-pkcs11 v1 request\n"} and the body. */
    public byte[] signedBytes() {
        byte[] prefix = Prefix.REQUEST.bytes();
        byte[] signed = Arrays.copyOf(prefix, prefix.length + body.length);
        System.arraycopy(body, 0, signed, prefix.length, body.length);
        return signed;
    }

    /** Whether the holder of this key, whom the body names, signed the body. */
    public boolean isSignedBy(PublicKey user, byte[] signature) {
        try {
            return header.user().equals(Fingerprint.of(user))
                    && MessageVerifier.of(user).verifies(Prefix.REQUEST, body, 0, body.length, signature);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
