package org.remotepkcs11.testkit.piv;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** BER-TLV as cards use it: ISO/IEC 7816-4 section 5.2.2, lengths up to 65535. */
final class Tlv {
    private static final int LONG_TAG = 0x1F;
    private static final int ONE_LENGTH_BYTE = 0x81;
    private static final int TWO_LENGTH_BYTES = 0x82;

    private Tlv() {
    }

    static byte[] of(int tag, byte[]... values) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] value : values) {
            body.writeBytes(value);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int shift = 24; shift >= 0; shift -= 8) {
            if (tag >>> shift != 0) {
                out.write(tag >>> shift);
            }
        }
        int length = body.size();
        if (length > 0xFF) {
            out.write(TWO_LENGTH_BYTES);
            out.write(length >>> 8);
        } else if (length >= 0x80) {
            out.write(ONE_LENGTH_BYTE);
        }
        out.write(length);
        out.writeBytes(body.toByteArray());
        return out.toByteArray();
    }

    /** The values of a sequence of TLVs by tag, in their order. @throws CardStatus 6A80 if it is none */
    static Map<Integer, byte[]> parse(byte[] bytes) throws CardStatus {
        Map<Integer, byte[]> values = new LinkedHashMap<>();
        int at = 0;
        while (at < bytes.length) {
            int tag = bytes[at++] & 0xFF;
            if ((tag & LONG_TAG) == LONG_TAG) {
                do {
                    need(bytes, at, 1);
                    tag = tag << 8 | bytes[at] & 0xFF;
                } while ((bytes[at++] & 0x80) != 0);
            }
            need(bytes, at, 1);
            int length = bytes[at++] & 0xFF;
            int more = length < 0x80 ? 0 : length - 0x80;
            if (more > 0) {
                need(bytes, at, more > 2 ? Integer.MAX_VALUE - at : more);
                length = more == 1 ? bytes[at] & 0xFF : (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
                at += more;
            } else if (length == 0x80) {
                throw new CardStatus(CardStatus.WRONG_DATA);
            }
            need(bytes, at, length);
            values.put(tag, java.util.Arrays.copyOfRange(bytes, at, at + length));
            at += length;
        }
        return values;
    }

    private static void need(byte[] bytes, int at, int count) throws CardStatus {
        if (count > bytes.length - at) {
            throw new CardStatus(CardStatus.WRONG_DATA);
        }
    }
}
