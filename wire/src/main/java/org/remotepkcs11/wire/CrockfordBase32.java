package org.remotepkcs11.wire;

import java.util.Optional;

/** Douglas Crockford's base 32 (crockford.com/base32.html), most significant bit first: forgives people who type. */
final class CrockfordBase32 {
    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int BITS = 5;
    private static final int GROUP = 4;

    private CrockfordBase32() {
    }

    /** In groups of four digits; the last digit's spare bits are zero. */
    static String encode(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length * 2);
        int pending = 0;
        int have = 0;
        int digits = 0;
        for (int i = 0; i < bytes.length || have > 0; ) {
            while (have < BITS && i < bytes.length) {
                pending = (pending << 8 | bytes[i++] & 0xFF) & 0xFFFF;
                have += 8;
            }
            if (digits > 0 && digits % GROUP == 0) {
                text.append('-');
            }
            int shift = have - BITS;
            text.append(DIGITS.charAt((shift >= 0 ? pending >>> shift : pending << -shift) & 31));
            have = Math.max(shift, 0);
            digits++;
        }
        return text.toString();
    }

    /**
     * Small letters, O for 0, I and L for 1, hyphens and blanks are understood.
     *
     * @return empty unless the text is exactly {@code length} bytes with zero spare bits
     */
    static Optional<byte[]> decode(String text, int length) {
        byte[] bytes = new byte[length];
        int pending = 0;
        int have = 0;
        int at = 0;
        int digits = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '-' || Character.isWhitespace(c)) {
                continue;
            }
            int value = value(c);
            if (value < 0 || ++digits > digits(length)) {
                return Optional.empty();
            }
            pending = (pending << BITS | value) & 0xFFFF;
            have += BITS;
            if (have >= 8 && at < length) {
                have -= 8;
                bytes[at++] = (byte) (pending >>> have);
            }
        }
        boolean exact = digits == digits(length) && (pending & (1 << have) - 1) == 0;
        return exact ? Optional.of(bytes) : Optional.empty();
    }

    private static int digits(int length) {
        return (length * 8 + BITS - 1) / BITS;
    }

    private static int value(char c) {
        return switch (Character.toUpperCase(c)) {
            case 'O' -> 0;
            case 'I', 'L' -> 1;
            default -> DIGITS.indexOf(Character.toUpperCase(c));
        };
    }
}
