package org.remotepkcs11.pkcs11.cryptoki;

/**
 * What one message of {@code C_EncryptMessage} and its siblings brings: {@code CK_GCM_MESSAGE_PARAMS},
 * {@code CK_CCM_MESSAGE_PARAMS}, {@code CK_SALSA20_CHACHA20_POLY1305_MSG_PARAMS}; PKCS #11 v3.2 section 6. The nonce
 * and, when encrypting, the tag are written back to the caller.
 */
public final class MessageParameter {
    /** {@code CKG_NO_GENERATE} and the others. */
    public enum Generator { NONE, GENERATE, COUNTER, RANDOM, COUNTER_XOR }

    private final Generator generator;
    private final int fixedBits;
    private final long dataLength;
    private final byte[] nonce;
    private final byte[] tag;

    /**
     * @param nonce      read, and written where {@code generator} says so
     * @param fixedBits  leading bits of the nonce that the generator keeps
     * @param tag        read when decrypting, written when encrypting; its length is the tag's
     * @param dataLength of the message, for CCM
     */
    public MessageParameter(Generator generator, int fixedBits, byte[] nonce, byte[] tag, long dataLength) {
        this.generator = generator;
        this.fixedBits = fixedBits;
        this.nonce = nonce;
        this.tag = tag;
        this.dataLength = dataLength;
    }

    public Generator generator() {
        return generator;
    }

    public int fixedBits() {
        return fixedBits;
    }

    public long dataLength() {
        return dataLength;
    }

    /** The caller's own bytes. */
    public byte[] nonce() {
        return nonce;
    }

    /** The caller's own bytes. */
    public byte[] tag() {
        return tag;
    }
}
