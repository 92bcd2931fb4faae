package org.remotepkcs11.wire;

import java.security.PublicKey;
import java.util.Arrays;

/**
 * A one-time code by which a person enrols: 44 digits of Crockford's base 32 in groups of four, as {@code K7QF-…}.
 * It proves the person to the proxy by 80 random bits, and the proxy to the person by the first 128 bits of the
 * SHA-256 of the authority's SubjectPublicKeyInfo, so that enrolment needs no other trust anchor. A CRC of twelve bits
 * finds every wrong digit and every two neighbours exchanged before anything is sent.
 */
public final class EnrollmentCode {
    private static final int RANDOM_BYTES = 10;
    private static final int AUTHORITY_BYTES = 16;
    private static final int CHECKED_BYTES = RANDOM_BYTES + AUTHORITY_BYTES;
    /** Twelve check bits, the last four bits of the array are not part of the code. */
    private static final int BYTES = CHECKED_BYTES + 2;
    private static final int DIGITS = 44;
    /** x¹² + x¹¹ + x³ + x² + x + 1, 3GPP TS 25.212 section 4.2.1. */
    private static final int CRC_12 = 0x80F;

    private final byte[] value;

    private EnrollmentCode(byte[] value) {
        this.value = value;
    }

    /** A new code for the proxy whose authority has this key. */
    public static EnrollmentCode fresh(PublicKey authority) {
        byte[] value = new byte[BYTES];
        byte[] random = new byte[RANDOM_BYTES];
        SoftwareProviders.random().nextBytes(random);
        System.arraycopy(random, 0, value, 0, RANDOM_BYTES);
        System.arraycopy(Fingerprint.of(authority).bytes(), 0, value, RANDOM_BYTES, AUTHORITY_BYTES);
        check(value);
        return new EnrollmentCode(value);
    }

    /**
     * As a person types it: small letters, blanks, O for 0, I and L for 1 are understood.
     *
     * @throws RefusedException {@link ErrorCode#CODE_INVALID} if it is no code or mistyped
     */
    public static EnrollmentCode parse(String text) throws RefusedException {
        byte[] value = CrockfordBase32.decode(text + "0", BYTES)
                .orElseThrow(() -> new RefusedException(ErrorCode.CODE_INVALID,
                        "an enrolment code has " + DIGITS + " letters and digits"));
        byte[] expected = value.clone();
        check(expected);
        if (!Arrays.equals(value, expected)) {
            throw new RefusedException(ErrorCode.CODE_INVALID, "the enrolment code was mistyped");
        }
        return new EnrollmentCode(value);
    }

    private static void check(byte[] value) {
        int crc = 0;
        for (int bit = 0; bit < CHECKED_BYTES * 8; bit++) {
            int in = value[bit / 8] >> 7 - bit % 8 & 1;
            crc = (crc >> 11 ^ in) == 0 ? crc << 1 & 0xFFF : (crc << 1 ^ CRC_12) & 0xFFF;
        }
        value[CHECKED_BYTES] = (byte) (crc >> 4);
        value[CHECKED_BYTES + 1] = (byte) (crc << 4);
    }

    /** Whether the proxy whose authority has this key made the code. */
    public boolean names(PublicKey authority) {
        byte[] fingerprint = Fingerprint.of(authority).bytes();
        return Arrays.equals(fingerprint, 0, AUTHORITY_BYTES, value, RANDOM_BYTES, CHECKED_BYTES);
    }

    /** SHA-256 of the random part: what the proxy keeps of a code. */
    public Id hash() {
        return Id.of(Fingerprint.sha256(Arrays.copyOf(value, RANDOM_BYTES)));
    }

    /** The code in groups of four. */
    public String text() {
        String padded = CrockfordBase32.encode(value);
        return padded.substring(0, padded.length() - 2);
    }

    /** Not the code itself, so that no log shows it. */
    @Override
    public String toString() {
        return "EnrollmentCode(…)";
    }
}
