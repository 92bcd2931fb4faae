package org.remotepkcs11.wire;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;
import static org.remotepkcs11.wire.ErrorEdge.key;
import static org.remotepkcs11.wire.ErrorEdge.login;
import static org.remotepkcs11.wire.ErrorEdge.signature;

import java.lang.System.Logger.Level;

/**
 * Why a request was not done: the closed list of PROTOCOL.md. Each edge maps a code once: HTTP by {@link #httpStatus},
 * JCA by {@link #jca}, PKCS #11 by {@link #ckr}.
 */
public enum ErrorCode {
    // ------------------------------------------------------------------------------ the message itself
    MESSAGE_TOO_LARGE(1, 413, signature(0x21, WARNING), "send less at once: documents are hashed before they are sent"),
    MESSAGE_MALFORMED(2, 400, signature(0x30, WARNING),
            "the message was changed on its way, or client and proxy are of different versions"),
    VERSION_UNSUPPORTED(3, 400, signature(0x30, INFO), "use a client and a proxy of the same protocol version"),
    WRONG_PROXY(4, 421, signature(0x30, WARNING), "the configuration names another proxy; enrol with this one"),
    SIGNATURE_WRONG(5, 401, signature(0x30, WARNING),
            "the message was changed on its way, or the user key does not belong to the certificate"),
    SECRET_MISMATCH(6, 400, signature(0x30, WARNING), "the message was changed on its way; try again"),
    // ------------------------------------------------------------------------------ who asks
    CERTIFICATE_MISSING(10, 401, login(0xE0, INFO), "enrol first: rpkcs11 enroll"),
    CERTIFICATE_EXPIRED(11, 401, login(0xE0, INFO),
            "ask the owner for a new code (rpkcs11 invite --replace), then rpkcs11 enroll --force"),
    CERTIFICATE_UNTRUSTED(12, 401, login(0xE0, WARNING),
            "the certificate is of an authority this proxy does not trust; enrol with this proxy"),
    USER_UNKNOWN(13, 403, login(0xE0, WARNING),
            "this key is not enrolled here: ask the owner for a code, then rpkcs11 enroll"),
    USER_DISABLED(14, 403, login(0xE0, WARNING), "your access was taken away; ask the owner"),
    ROLE_INSUFFICIENT(15, 403, login(0x54, WARNING), "this is not for your role; ask the owner"),
    CODE_INVALID(16, 403, login(0xE0, WARNING), "codes work once and for a short time; ask for a new one"),
    CERTIFICATE_REVOKED(17, 401, login(0xE0, WARNING),
            "the authority that issued your certificate took it back; ask there for another"),
    REVOCATION_UNKNOWN(18, 503, login(0xE0, ERROR),
            "the proxy cannot learn whether your certificate was taken back; ask its operator"),
    // ------------------------------------------------------------------------------ freshness
    SESSION_UNKNOWN(20, 409, signature(0x30, INFO).retryable(),
            "the session ended; the client opens another by itself"),
    REPLAYED(21, 409, signature(0x30, WARNING), "this message was seen before; nothing was done again"),
    OPERATION_CONFLICT(22, 409, signature(0x30, WARNING), "this operation id was used for something else"),
    // ------------------------------------------------------------------------------ what is allowed
    CARD_UNKNOWN(30, 404, key(0xE0, INFO), "see what you may use: rpkcs11 status"),
    DELEGATION_REVOKED(31, 403, key(0x200, WARNING), "the owner took the delegation back; ask the owner"),
    DELEGATION_NOT_YET(32, 403, key(0x200, INFO), "wait until the delegation begins: rpkcs11 status shows when"),
    DELEGATION_EXPIRED(33, 403, key(0x200, INFO), "ask the owner for a new delegation"),
    DELEGATION_USED_UP(34, 403, key(0x200, INFO), "all signatures of the delegation are made; ask the owner for more"),
    KEY_UNKNOWN(35, 404, key(0x60, INFO), "list the keys: rpkcs11 status"),
    KEY_FORBIDDEN(36, 403, key(0x68, WARNING), "the delegation does not include this key, or the card does not use it so"),
    MECHANISM_FORBIDDEN(37, 403, key(0x70, WARNING), "choose another algorithm: rpkcs11 status lists those allowed"),
    DOCUMENT_FORBIDDEN(38, 403, signature(0x200, WARNING), "the delegation is for other documents"),
    INPUT_INVALID(39, 422, signature(0x21, INFO), "the data does not fit the key or the algorithm"),
    NAME_TAKEN(40, 409, signature(0x5, INFO), "choose another name, or end what has it"),
    OUTSIDE_HOURS(41, 403, key(0x200, INFO), "wait for the delegation's hours, or ask the owner for others"),
    OPERATION_FORBIDDEN(42, 403, key(0x68, WARNING), "the delegation does not include this use of its keys"),
    DOCUMENT_UNSEEN(43, 403, signature(0x200, WARNING),
            "the delegation is for certain documents; use a tool that hashes by this module, not by itself"),
    APPROVAL_PENDING(44, 409, signature(0x200, INFO).retryable(),
            "waiting for the owner's approval: rpkcs11 approve"),
    APPROVAL_DENIED(45, 403, signature(0x200, WARNING), "the owner was asked and does not want it; ask the owner why"),
    APPROVAL_TIMED_OUT(46, 403, signature(0x200, INFO), "the owner was asked and did not answer in time; ask again"),
    // ------------------------------------------------------------------------------ the virtual PIN
    PIN_WRONG(50, 403, login(0xA0, WARNING),
            "check the virtual pin; after too many wrong tries the owner must unlock it"),
    PIN_LOCKED(51, 403, login(0xA4, WARNING), "ask the owner: rpkcs11 unlock"),
    PIN_MISSING(52, 401, login(0x101, INFO), "log in first: the request carried no pin proof"),
    // ------------------------------------------------------------------------------ the card
    CARD_ABSENT(60, 503, signature(0x32, WARNING).retryable(),
            "the card is not in a reader; ask the owner to plug it in"),
    CARD_BUSY(61, 503, signature(0x30, WARNING).retryable(), "too many wait for this card; try again later"),
    CARD_FAILED(62, 502, signature(0x30, WARNING).retryable(),
            "the card could not do it; rpkcs11 last-error tells more"),
    CARD_PIN_REFUSED(63, 502, signature(0x30, ERROR),
            "the card refused the pin kept for it; the owner must enter it anew: rpkcs11 card pin"),
    DEADLINE_PASSED(64, 504, signature(0x30, WARNING).retryable(), "nothing came in time; try again"),
    // ------------------------------------------------------------------------------ the proxy
    PROXY_FAILED(70, 500, signature(0x30, ERROR).retryable(), "see the proxy's own log"),
    PROXY_BUSY(71, 503, signature(0x30, WARNING).retryable(), "too many requests at once; try again shortly"),
    STATE_UNTRUSTED(72, 500, signature(0x30, ERROR), "rules or log were changed outside the proxy; ask its operator"),
    // ------------------------------------------------------------------------------ found by the client
    UNREACHABLE(80, 0, signature(0x30, WARNING).retryable(),
            "is the network up, the address right, the proxy running? rpkcs11 doctor"),
    PROXY_UNTRUSTED(81, 0, signature(0x30, ERROR), "this is not the proxy you enrolled with; rpkcs11 doctor"),
    REPLY_INVALID(82, 0, signature(0x30, ERROR),
            "the answer is not for this request, or not by this proxy; nothing in it was used"),
    LOG_INCONSISTENT(83, 0, signature(0x30, ERROR),
            "the proxy's log does not continue the one seen before; tell the owner"),
    CONFIGURATION_INVALID(84, 0, login(0x5, ERROR), "rpkcs11 doctor explains the configuration"),
    CARD_AMBIGUOUS(85, 0, login(0xE0, INFO), "several cards fit: set token= in the configuration or RPKCS11_TOKEN"),
    PIN_UNAVAILABLE(86, 0, login(0xA0, INFO), "give the virtual pin to the tool");

    /** Which JCA exception an edge throws. */
    public enum Jca {
        /** {@code LoginException}/{@code UnrecoverableKeyException} */ LOGIN,
        /** {@code InvalidKeyException} */ KEY,
        /** {@code SignatureException} or the sibling of the SPI at hand */ SIGNATURE
    }

    private final int number;
    private final int httpStatus;
    private final ErrorEdge edge;
    private final String hint;

    ErrorCode(int number, int httpStatus, ErrorEdge edge, String hint) {
        this.number = number;
        this.httpStatus = httpStatus;
        this.edge = edge;
        this.hint = hint;
    }

    /** As {@code Refusal.code} carries it. */
    public int number() {
        return number;
    }

    /** Status of the HTTP answer; 0 where only a client finds it. */
    public int httpStatus() {
        return httpStatus;
    }

    /** Whether the same operation may succeed when asked again with nothing changed. */
    public boolean retryable() {
        return edge.isRetryable();
    }

    public Jca jca() {
        return edge.jca();
    }

    /** The {@code CKR_*} a PKCS #11 caller gets. */
    public long ckr() {
        return edge.ckr();
    }

    /** How the proxy's own log rates it. */
    public Level level() {
        return edge.level();
    }

    /** What to do about it: one lower-case sentence. */
    public String hint() {
        return hint;
    }

    /** {@link #REPLY_INVALID} for a number this version does not know. */
    public static ErrorCode ofNumber(int number) {
        for (ErrorCode code : values()) {
            if (code.number == number) {
                return code;
            }
        }
        return REPLY_INVALID;
    }
}
