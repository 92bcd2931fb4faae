package org.remotepkcs11.wire;

/** Every bound of PROTOCOL.md: what exceeds one is refused before anything is made of it. */
public final class MessageBounds {
    /** Bytes of a request as it travels. */
    public static final int MAX_REQUEST_BYTES = 1 << 20;
    /** Bytes of a reply as it travels. */
    public static final int MAX_REPLY_BYTES = 16 << 20;
    /** Bytes of an enrolment request. */
    public static final int MAX_ENROLLMENT_BYTES = 64 << 10;
    /** Bytes of an enrolment reply. */
    public static final int MAX_ENROLLMENT_REPLY_BYTES = 1 << 20;
    /** Depth of messages within messages; the deepest of this version is 7. */
    public static final int MAX_DEPTH = 16;

    /** Operations of one Use. */
    public static final int MAX_OPERATIONS = 64;
    /** Bytes of one operation's input. */
    public static final int MAX_INPUT_BYTES = 512 << 10;
    /** Bytes of one operation's output. */
    public static final int MAX_OUTPUT_BYTES = 64 << 10;
    /** Bytes of an OAEP label or an elliptic-curve point. */
    public static final int MAX_PARAMETER_BYTES = 1024;
    /** Bytes of what is to be signed, where it is sent beside its digest. */
    public static final int MAX_TO_BE_SIGNED_BYTES = 64 << 10;
    /** Milliseconds that a user may wait in Use or Watch: one hour. */
    public static final int MAX_WAIT_MS = 3_600_000;
    /** Minutes that an invitation may be valid: one year. */
    public static final int MAX_VALID_MINUTES = 525_600;

    /** Bytes of a message signature: RSA of 16,384 bits. */
    public static final int MAX_SIGNATURE_BYTES = 2048;
    /** Bytes of a secret. */
    public static final int MAX_SECRET_BYTES = 10 << 10;
    /** Bytes of a physical card's PIN. */
    public static final int MAX_CARD_PIN_BYTES = 256;
    /** Bytes of a virtual PIN that is sealed to its user. */
    public static final int MAX_SEALED_PIN_BYTES = 8192;

    /** Characters of a name, a label or a code. */
    public static final int MAX_NAME_CHARS = 256;
    /** Characters of a card source or an address. */
    public static final int MAX_TEXT_CHARS = 1024;
    /** Characters of a snapshot version. */
    public static final int MAX_VERSION_CHARS = 128;
    /** Characters of a refusal's detail. */
    public static final int MAX_DETAIL_CHARS = 2048;
    /** Characters of a signed tree head. */
    public static final int MAX_TREE_HEAD_CHARS = 8192;
    /** Entries of the log in one LogRead. */
    public static final int MAX_LOG_ENTRIES = 16_384;
    /** Bytes of an entry of the log: that of a request of the greatest length, and some. */
    public static final int MAX_LOG_ENTRY_BYTES = 1_200_000;
    /** Hashes of a Merkle proof: enough for 2^64 leaves. */
    public static final int MAX_PROOF_HASHES = 65;

    /** Bytes of {@code CKA_ID}. */
    public static final int MAX_CKA_ID_BYTES = 64;
    /** Bytes of a certificate, a public key or a certification request. */
    public static final int MAX_DER_BYTES = 32 << 10;
    /** Certificates of a chain. */
    public static final int MAX_CHAIN = 16;
    /** Remote cards of a snapshot. */
    public static final int MAX_CARDS = 4096;
    /** Physical cards behind one remote card. */
    public static final int MAX_MEMBERS = 256;
    /** Certificates, or keys, of one card. */
    public static final int MAX_OBJECTS = 1024;
    /** Mechanisms of a card, a key or a limit. */
    public static final int MAX_MECHANISMS = 256;
    /** Keys of a limit. */
    public static final int MAX_LIMIT_KEYS = 1024;
    /** Documents of a limit. */
    public static final int MAX_LIMIT_DOCUMENTS = 4096;
    /** Spans of a limit's weekly hours. */
    public static final int MAX_LIMIT_HOURS = 64;
    /** Uses that wait for one owner, or were approved and are not done: so many fit into a reply. */
    public static final int MAX_WAITING = 1024;
    /** Documents that an owner is shown of one operation. */
    public static final int MAX_SEEN_DOCUMENTS = 16;
    /** Rows of each list of a proxy's state. */
    public static final int MAX_STATE_ROWS = 65_536;

    private MessageBounds() {
    }
}
