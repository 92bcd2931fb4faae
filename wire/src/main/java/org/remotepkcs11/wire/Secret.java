package org.remotepkcs11.wire;

import java.util.Arrays;

/**
 * What a request carries and no log keeps: PIN proofs and, where a card is added, its PIN. The holder closes it.
 * Absent parts are empty arrays. The arrays are owned by this object: {@link #close} wipes them.
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

    Secret(byte[] blinding, byte[] pinProof, byte[] newPinProof, byte[] cardPin) {
        this.blinding = blinding;
        this.pinProof = pinProof;
        this.newPinProof = newPinProof;
        this.cardPin = cardPin;
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

    @Override
    public void close() {
        Arrays.fill(blinding, (byte) 0);
        Arrays.fill(pinProof, (byte) 0);
        Arrays.fill(newPinProof, (byte) 0);
        Arrays.fill(cardPin, (byte) 0);
    }

    @Override
    public String toString() {
        return "Secret(…)";
    }
}
