package org.remotepkcs11.wire;

import java.util.Arrays;

/**
 * What a request carries and no log keeps: PIN proofs and, where a card is added, its PIN, which travels sealed to a
 * {@link PinKey}. The holder closes it. Absent parts are empty arrays. The arrays are owned by this object:
 * {@link #close} wipes them.
 */
public final class Secret implements AutoCloseable {
    /** Bytes of a PIN proof. */
    public static final int PROOF_BYTES = 32;
    static final int BLINDING_BYTES = 32;
    private static final byte[] ABSENT = new byte[0];

    private final byte[] blinding;
    private final byte[] pinProof;
    private final byte[] newPinProof;
    private final byte[] cardPin;
    private final Id cardPinReader;
    private final byte[] sealedPin;

    Secret(byte[] blinding, byte[] pinProof, byte[] newPinProof, byte[] cardPin) {
        this.blinding = blinding;
        this.pinProof = pinProof;
        this.newPinProof = newPinProof;
        this.cardPin = cardPin;
        this.cardPinReader = Id.NONE;
        this.sealedPin = ABSENT;
    }

    private Secret(Secret other, byte[] cardPin, Id cardPinReader, byte[] sealedPin) {
        this.blinding = other.blinding;
        this.pinProof = other.pinProof;
        this.newPinProof = other.newPinProof;
        this.cardPin = cardPin;
        this.cardPinReader = cardPinReader;
        this.sealedPin = sealedPin;
    }

    /** No secret at all. */
    public static Secret none() {
        return new Secret(ABSENT, ABSENT, ABSENT, ABSENT);
    }

    /** With fresh blinding; copies its arguments. @param cardPin UTF-8 */
    public static Secret of(byte[] pinProof, byte[] newPinProof, byte[] cardPin) {
        byte[] blinding = new byte[BLINDING_BYTES];
        SoftwareProviders.random().nextBytes(blinding);
        return new Secret(blinding, pinProof.clone(), newPinProof.clone(), cardPin.clone());
    }

    /** With fresh blinding; copies its argument. */
    public static Secret ofPinProof(byte[] pinProof) {
        return of(pinProof, ABSENT, ABSENT);
    }

    /**
     * The same, for a session in which a card's PIN is sealed for the holder of this {@link PinKey}. Shares the arrays
     * of this object, which stays the one to close.
     */
    public Secret forReader(Id pinKey) {
        return new Secret(this, cardPin, pinKey, sealedPin);
    }

    /** The same with another card's PIN, or with the PIN as it travels. Shares the other arrays. */
    Secret withCardPin(byte[] other) {
        return new Secret(this, other, cardPinReader, sealedPin);
    }

    /** The same with a virtual PIN that is sealed to its user. Shares the other arrays. */
    public Secret withSealedPin(byte[] sealed) {
        return new Secret(this, cardPin, cardPinReader, sealed.clone());
    }

    public boolean isNone() {
        return blinding.length == 0;
    }

    byte[] blinding() {
        return blinding;
    }

    public byte[] pinProof() {
        return pinProof;
    }

    public byte[] newPinProof() {
        return newPinProof;
    }

    public byte[] cardPin() {
        return cardPin;
    }

    /** The delegate's virtual PIN, which only the delegate can read. */
    public byte[] sealedPin() {
        return sealedPin;
    }

    /** {@link Id#NONE} if it is not known for whom a card's PIN is to be sealed. */
    Id cardPinReader() {
        return cardPinReader;
    }

    @Override
    public void close() {
        Arrays.fill(blinding, (byte) 0);
        Arrays.fill(pinProof, (byte) 0);
        Arrays.fill(newPinProof, (byte) 0);
        Arrays.fill(cardPin, (byte) 0);
        Arrays.fill(sealedPin, (byte) 0);
    }

    @Override
    public String toString() {
        return "Secret(…)";
    }
}
