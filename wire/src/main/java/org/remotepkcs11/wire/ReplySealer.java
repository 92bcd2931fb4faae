package org.remotepkcs11.wire;

/** Makes signed replies of one proxy. For use by many threads. */
public final class ReplySealer {
    private static final byte[] NO_SECRET = new byte[0];

    private final MessageSigner proxy;

    public ReplySealer(MessageSigner proxy) {
        this.proxy = proxy;
    }

    public byte[] seal(ReplyHeader header, Outcome outcome) {
        byte[] body = ReplyCodec.encode(header, outcome);
        return Envelope.write(body, proxy.sign(Prefix.REPLY, body), NO_SECRET);
    }
}
