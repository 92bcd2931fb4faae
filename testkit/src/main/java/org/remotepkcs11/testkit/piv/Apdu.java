package org.remotepkcs11.testkit.piv;

import java.util.Arrays;

/**
 * A command: ISO/IEC 7816-4 section 5.1, short and extended lengths.
 *
 * @param head        CLA INS P1 P2
 * @param mostExpected Ne, 0 where no data is expected
 */
record Apdu(int head, byte[] data, int mostExpected) {
    private static final int HEAD = 4;
    private static final int CHAINED = 0x10;

    /** @throws CardStatus 6700 if lengths contradict each other */
    static Apdu parse(byte[] bytes) throws CardStatus {
        if (bytes.length < HEAD) {
            throw new CardStatus(CardStatus.WRONG_LENGTH);
        }
        int head = (bytes[0] & 0xFF) << 24 | (bytes[1] & 0xFF) << 16 | (bytes[2] & 0xFF) << 8 | bytes[3] & 0xFF;
        byte[] rest = Arrays.copyOfRange(bytes, HEAD, bytes.length);
        if (rest.length == 0) {
            return new Apdu(head, rest, 0);
        }
        boolean extended = rest[0] == 0 && rest.length >= 3;
        int width = extended ? 2 : 1;
        int at = extended ? 1 : 0;
        if (rest.length == at + width) {
            return new Apdu(head, new byte[0], expected(rest, at, width));
        }
        int length = number(rest, at, width);
        int end = at + width + length;
        if (length == 0 || end > rest.length || rest.length != end && rest.length != end + width) {
            throw new CardStatus(CardStatus.WRONG_LENGTH);
        }
        return new Apdu(head, Arrays.copyOfRange(rest, at + width, end),
                rest.length == end ? 0 : expected(rest, end, width));
    }

    private static int number(byte[] bytes, int at, int width) {
        return width == 1 ? bytes[at] & 0xFF : (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
    }

    private static int expected(byte[] bytes, int at, int width) {
        int number = number(bytes, at, width);
        return number == 0 ? 1 << 8 * width : number;
    }

    int instruction() {
        return head >>> 16 & 0xFF;
    }

    int p1() {
        return head >>> 8 & 0xFF;
    }

    int p2() {
        return head & 0xFF;
    }

    boolean isChained() {
        return (head >>> 24 & CHAINED) != 0;
    }
}
