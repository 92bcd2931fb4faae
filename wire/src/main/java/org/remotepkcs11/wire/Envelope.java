package org.remotepkcs11.wire;

import java.util.Arrays;

/**
 * A {@code SignedRequest} or {@code SignedReply}: its fields each at most once, in their order, nothing else. Read by
 * hand, so that the bytes that were signed are those that arrived, without a copy.
 */
final class Envelope {
    private static final int BODY = 1;
    private static final int SIGNATURE = 2;
    private static final int SECRET = 3;
    private static final int LENGTH_DELIMITED = 2;
    private static final int MAX_VARINT_BYTES = 4;

    final byte[] bytes;
    final int[] offsets = new int[SECRET + 1];
    final int[] lengths = new int[SECRET + 1];

    private Envelope(byte[] bytes) {
        this.bytes = bytes;
    }

    static Envelope ofRequest(byte[] bytes) throws RefusedException {
        return parse(bytes, SECRET);
    }

    static Envelope ofReply(byte[] bytes) throws RefusedException {
        return parse(bytes, SIGNATURE);
    }

    private static Envelope parse(byte[] bytes, int fields) throws RefusedException {
        Envelope envelope = new Envelope(bytes);
        int position = 0;
        int last = 0;
        while (position < bytes.length) {
            int field = bytes[position] >> 3;
            if ((bytes[position] & 7) != LENGTH_DELIMITED || field <= last || field > fields) {
                throw Fields.malformed("the envelope has something else than its fields in their order");
            }
            position = envelope.field(field, position + 1);
            last = field;
        }
        Fields.present(envelope.lengths[BODY] > 0, "body");
        Fields.present(envelope.lengths[SIGNATURE] > 0, "signature");
        Fields.number(envelope.lengths[SIGNATURE], MessageBounds.MAX_SIGNATURE_BYTES, "length of signature");
        Fields.number(envelope.lengths[SECRET], MessageBounds.MAX_SECRET_BYTES, "length of secret");
        return envelope;
    }

    /** Notes where the field lies. @return where it ends */
    private int field(int field, int start) throws RefusedException {
        int length = 0;
        int position = start;
        for (int shift = 0; ; shift += 7) {
            if (position == bytes.length || position - start == MAX_VARINT_BYTES) {
                throw Fields.malformed("the envelope is cut off");
            }
            byte next = bytes[position++];
            length |= (next & 0x7f) << shift;
            if (next >= 0) {
                if (next == 0) {
                    throw Fields.malformed("the envelope has an empty field or a length that is not the shortest");
                }
                break;
            }
        }
        if (length > bytes.length - position) {
            throw Fields.malformed("the envelope is cut off");
        }
        offsets[field] = position;
        lengths[field] = length;
        return position + length;
    }

    int bodyOffset() {
        return offsets[BODY];
    }

    int bodyLength() {
        return lengths[BODY];
    }

    int secretOffset() {
        return offsets[SECRET];
    }

    int secretLength() {
        return lengths[SECRET];
    }

    byte[] body() {
        return copy(BODY);
    }

    byte[] signature() {
        return copy(SIGNATURE);
    }

    private byte[] copy(int field) {
        return Arrays.copyOfRange(bytes, offsets[field], offsets[field] + lengths[field]);
    }

    void wipeSecret() {
        Arrays.fill(bytes, offsets[SECRET], offsets[SECRET] + lengths[SECRET], (byte) 0);
    }

    /** @param secret may be empty */
    static byte[] write(byte[] body, byte[] signature, byte[] secret) {
        byte[] bytes = new byte[size(body) + size(signature) + size(secret)];
        int position = put(bytes, 0, BODY, body);
        position = put(bytes, position, SIGNATURE, signature);
        put(bytes, position, SECRET, secret);
        return bytes;
    }

    private static int size(byte[] value) {
        return value.length == 0 ? 0 : 1 + varint(value.length) + value.length;
    }

    private static int varint(int value) {
        return (38 - Integer.numberOfLeadingZeros(value)) / 7;
    }

    private static int put(byte[] target, int start, int field, byte[] value) {
        if (value.length == 0) {
            return start;
        }
        int position = start;
        target[position++] = (byte) (field << 3 | LENGTH_DELIMITED);
        int length = value.length;
        for (; length > 0x7f; length >>>= 7) {
            target[position++] = (byte) (length | 0x80);
        }
        target[position++] = (byte) length;
        System.arraycopy(value, 0, target, position, value.length);
        return position + value.length;
    }
}
