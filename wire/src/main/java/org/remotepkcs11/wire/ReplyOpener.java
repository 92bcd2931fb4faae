package org.remotepkcs11.wire;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.security.PublicKey;
import java.util.Optional;
import org.remotepkcs11.proto.V1;

/** Checks replies of one proxy, in the order of PROTOCOL.md. For use by many threads. */
public final class ReplyOpener {
    private final MessageVerifier verifier;
    private final Id proxy;
    private final LogPositionCheck log;

    /** @param proxy the key that signs replies */
    public ReplyOpener(PublicKey proxy) {
        this(proxy, Optional.empty());
    }

    /**
     * @param proxy the key that signs replies
     * @param log   the key that signs tree heads of the audit log, if it is known
     * @throws IllegalArgumentException if messages are not signed with such keys, or if the log is another proxy's
     */
    public ReplyOpener(PublicKey proxy, Optional<NoteVerifier> log) {
        this.verifier = MessageVerifier.of(proxy);
        this.proxy = Fingerprint.of(proxy);
        this.log = new LogPositionCheck(Checkpoint.originOf(this.proxy), log);
    }

    /**
     * A refusal by the proxy is returned as an outcome, not thrown.
     *
     * @throws RefusedException {@link ErrorCode#REPLY_INVALID}
     */
    public Reply open(byte[] bytes, SealedRequest asked) throws RefusedException {
        Reply reply = read(bytes);
        try {
            check(reply, asked);
            return reply;
        } catch (RefusedException e) {
            throw malformed(e);
        }
    }

    /**
     * A receipt that was kept: signed by this proxy, whatever it answers.
     *
     * @throws RefusedException {@link ErrorCode#REPLY_INVALID}
     */
    public Reply receipt(byte[] bytes) throws RefusedException {
        Reply reply = read(bytes);
        require(reply.header().proxy().equals(proxy), "the reply names another proxy");
        return reply;
    }

    private Reply read(byte[] bytes) throws RefusedException {
        if (bytes.length > MessageBounds.MAX_REPLY_BYTES) {
            throw invalid("a reply of " + bytes.length + " bytes; at most " + MessageBounds.MAX_REPLY_BYTES);
        }
        try {
            Envelope envelope = Envelope.ofReply(bytes);
            if (!verifier.verifies(Prefix.REPLY, bytes, envelope.bodyOffset(), envelope.bodyLength(),
                    envelope.signature())) {
                throw invalid("the reply is not signed by this proxy");
            }
            V1.ReplyBody body = parse(envelope);
            if (body.getVersion() != RequestCodec.VERSION) {
                throw invalid("the reply is of protocol version " + Integer.toUnsignedString(body.getVersion()));
            }
            return new Reply(ReplyCodec.header(body), OutcomeCodec.decode(body), bytes);
        } catch (RefusedException e) {
            throw malformed(e);
        }
    }

    private static RefusedException malformed(RefusedException e) {
        return e.code() == ErrorCode.REPLY_INVALID ? e : invalid("the reply is malformed: " + e.refusal().detail());
    }

    private static V1.ReplyBody parse(Envelope envelope) throws RefusedException {
        CodedInputStream input =
                CodedInputStream.newInstance(envelope.bytes, envelope.bodyOffset(), envelope.bodyLength());
        input.setRecursionLimit(MessageBounds.MAX_DEPTH);
        input.setSizeLimit(MessageBounds.MAX_REPLY_BYTES);
        try {
            return V1.ReplyBody.parseFrom(input);
        } catch (IOException e) {
            throw invalid("the reply's body is not a message");
        }
    }

    private void check(Reply reply, SealedRequest asked) throws RefusedException {
        ReplyHeader header = reply.header();
        boolean unread = header.requestHash().isNone() && reply.outcome() instanceof Outcome.Refused;
        require(unread || header.requestHash().equals(asked.hash()), "the reply is to another request");
        require(header.proxy().equals(proxy), "the reply names another proxy");
        require(unread && header.user().isNone() || header.user().equals(asked.header().user()),
                "the reply is to another user");
        if (!unread) {
            require(header.session().equals(session(reply.outcome(), asked)), "the reply is of another session");
            require(header.sequence() == asked.header().sequence(), "the reply has another sequence number");
            require(OutcomeFit.fits(reply.outcome(), asked.request()), "the reply does not answer what was asked");
        }
        log.check(header.log(), reply.outcome() instanceof Outcome.Used);
    }

    private static Id session(Outcome outcome, SealedRequest asked) {
        return outcome instanceof Outcome.Opened opened ? opened.session() : asked.header().session();
    }

    static void require(boolean holds, String otherwise) throws RefusedException {
        if (!holds) {
            throw invalid(otherwise);
        }
    }

    static RefusedException invalid(String detail) {
        return new RefusedException(ErrorCode.REPLY_INVALID, detail);
    }
}
