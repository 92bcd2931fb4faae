package org.remotepkcs11.testkit.piv;

/** A card refuses a command. Status words: ISO/IEC 7816-4 section 5.1.3. */
final class CardStatus extends Exception {
    static final int OK = 0x9000;
    static final int MORE = 0x6100;
    static final int WRONG_LENGTH = 0x6700;
    static final int NOT_VERIFIED = 0x6982;
    static final int BLOCKED = 0x6983;
    static final int WRONG_DATA = 0x6A80;
    static final int NOT_FOUND = 0x6A82;
    static final int WRONG_PARAMETERS = 0x6A86;
    static final int UNKNOWN_REFERENCE = 0x6A88;
    static final int UNKNOWN_INSTRUCTION = 0x6D00;
    static final int TRIES_LEFT = 0x63C0;
    private static final long serialVersionUID = 1;

    private final int word;

    CardStatus(int word) {
        super("status word " + Integer.toHexString(word));
        this.word = word;
    }

    int word() {
        return word;
    }
}
