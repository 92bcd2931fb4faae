package org.remotepkcs11.wire;

import java.security.MessageDigest;
import java.security.PublicKey;
import org.remotepkcs11.proto.V1;

/**
 * A request as the proxy got it. Its checks come one by one, so that the pipeline orders them: {@link #decode} finds
 * what it says, {@link #verify} who says it; until then nothing in it may be believed.
 */
public final class ReceivedRequest implements AutoCloseable {
    private static final byte[] NOTHING = {};

    private final Envelope envelope;
    private final RequestHeader header;
    private final Request request;
    private final byte[] sealedCardPin;
    private volatile Secret secret;
    private final Id secretCommitment;
    private final Id hash;
    private final Id inputHash;

    private ReceivedRequest(Envelope envelope, V1.RequestBody body, Id inputHash) throws RefusedException {
        this.envelope = envelope;
        this.inputHash = inputHash;
        this.header = RequestCodec.header(body);
        this.request = RequestCodec.request(body);
        this.secretCommitment = Id.owning(body.getSecretCommitment().toByteArray());
        this.hash = signedHash(envelope);
        Secret carried = SecretCodec.decode(envelope.bytes, envelope.secretOffset(), envelope.secretLength());
        SecretCodec.checkFits(carried, request);
        this.sealedCardPin = carried.cardPin();
        this.secret = carried.withCardPin(NOTHING);
    }

    /**
     * @param bytes become this object's: {@link #close} wipes the secret in them
     * @throws RefusedException {@link ErrorCode#MESSAGE_TOO_LARGE}, {@link ErrorCode#MESSAGE_MALFORMED} or
     *                          {@link ErrorCode#VERSION_UNSUPPORTED}
     */
    public static ReceivedRequest decode(byte[] bytes) throws RefusedException {
        if (bytes.length > MessageBounds.MAX_REQUEST_BYTES) {
            throw new RefusedException(ErrorCode.MESSAGE_TOO_LARGE,
                    "a request of " + bytes.length + " bytes; at most " + MessageBounds.MAX_REQUEST_BYTES);
        }
        Envelope envelope = Envelope.ofRequest(bytes);
        V1.RequestBody body = RequestCodec.parse(bytes, envelope.bodyOffset(), envelope.bodyLength());
        Id inputHash = RequestMatter.hash(bytes, envelope.bodyOffset(), envelope.bodyLength());
        return new ReceivedRequest(envelope, body, inputHash);
    }

    private static Id signedHash(Envelope envelope) {
        MessageDigest digest = Fingerprint.sha256();
        digest.update(Prefix.REQUEST.bytes());
        digest.update(envelope.bytes, envelope.bodyOffset(), envelope.bodyLength());
        return Id.owning(digest.digest());
    }

    /**
     * @throws RefusedException {@link ErrorCode#SIGNATURE_WRONG}, then {@link ErrorCode#SECRET_MISMATCH}
     */
    public void verify(PublicKey user) throws RefusedException {
        if (!verifies(user)) {
            throw new RefusedException(ErrorCode.SIGNATURE_WRONG, "the signature is not the user's over this request");
        }
        Id commitment = envelope.secretLength() == 0 ? Id.NONE : secretHash();
        if (!commitment.equals(secretCommitment)) {
            throw new RefusedException(ErrorCode.SECRET_MISMATCH, "the secret is not the one that the user signed");
        }
    }

    private boolean verifies(PublicKey user) {
        MessageVerifier verifier;
        try {
            verifier = MessageVerifier.of(user);
        } catch (IllegalArgumentException e) {
            return false;
        }
        return header.user().equals(Fingerprint.of(user)) && verifier.verifies(Prefix.REQUEST, envelope.bytes,
                envelope.bodyOffset(), envelope.bodyLength(), envelope.signature());
    }

    /**
     * Opens the card's PIN, if the request carries one: {@link #secret} holds it from then on.
     *
     * @param key of the request's session
     * @throws RefusedException {@link ErrorCode#SESSION_UNKNOWN} if the key opened another before,
     *                          {@link ErrorCode#SECRET_MISMATCH} if the PIN was not sealed for this key and request
     */
    public void openCardPin(PinKey key) throws RefusedException {
        if (sealedCardPin.length > 0) {
            secret = secret.withCardPin(
                    CardPinSeal.open(sealedCardPin, key.take(), new CardPinSeal.Bound(header, inputHash)));
        }
    }

    private Id secretHash() {
        MessageDigest digest = Fingerprint.sha256();
        digest.update(envelope.bytes, envelope.secretOffset(), envelope.secretLength());
        Id commitment = Id.owning(digest.digest());
        // The digest keeps its last block until it is reset.
        digest.reset();
        return commitment;
    }

    public RequestHeader header() {
        return header;
    }

    public Request request() {
        return request;
    }

    /** With a card's PIN only once it was {@linkplain #openCardPin opened}. Wiped by {@link #close}. */
    public Secret secret() {
        return secret;
    }

    /** SHA-256 of what was signed: {@code "remote-pkcs11 v1 request\n"} and the body. */
    public Id hash() {
        return hash;
    }

    /** SHA-256 of the request's own matter without header and deadline: "same operation id, same input". */
    public Id inputHash() {
        return inputHash;
    }

    /** The {@code RequestBody} exactly as it came: what the log keeps. */
    public byte[] body() {
        return envelope.body();
    }

    /** The user's, over the body. */
    public byte[] signature() {
        return envelope.signature();
    }

    /** Wipes the secret. */
    @Override
    public void close() {
        secret.close();
        envelope.wipeSecret();
    }
}
