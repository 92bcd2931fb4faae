package org.remotepkcs11.wire;

import java.util.Arrays;

/** {@link Secret}s as messages, their card's PIN {@linkplain CardPinSeal sealed}; written and read by hand, so that no copy stays behind that nobody wipes. */
final class SecretCodec {
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIELDS = 5;
    private static final byte[] ABSENT = new byte[0];

    private SecretCodec() {
    }

    /** Empty where there is no secret. The caller wipes it. */
    static byte[] encode(Secret secret) {
        byte[][] parts = {secret.blinding(), secret.pinProof(), secret.newPinProof(), secret.cardPin(),
            secret.sealedPin()};
        int size = 0;
        for (byte[] part : parts) {
            size += part.length == 0 ? 0 : part.length + (part.length > 0x7f ? 3 : 2);
        }
        byte[] bytes = new byte[size];
        int position = 0;
        for (int field = 1; field <= FIELDS; field++) {
            position = put(bytes, position, field, parts[field - 1]);
        }
        return bytes;
    }

    private static int put(byte[] target, int start, int field, byte[] part) {
        if (part.length == 0) {
            return start;
        }
        int position = start;
        target[position++] = (byte) (field << 3 | LENGTH_DELIMITED);
        if (part.length > 0x7f) {
            target[position++] = (byte) (part.length & 0x7f | 0x80);
            target[position++] = (byte) (part.length >> 7);
        } else {
            target[position++] = (byte) part.length;
        }
        System.arraycopy(part, 0, target, position, part.length);
        return position + part.length;
    }

    static Secret decode(byte[] bytes, int offset, int length) throws RefusedException {
        if (length == 0) {
            return Secret.none();
        }
        byte[][] parts = {ABSENT, ABSENT, ABSENT, ABSENT, ABSENT};
        int end = offset + length;
        int position = offset;
        int last = 0;
        while (position < end) {
            int field = bytes[position] >> 3;
            if ((bytes[position] & 7) != LENGTH_DELIMITED || field <= last || field > FIELDS || end - position < 3) {
                throw Fields.malformed("the secret has something else than its fields in their order");
            }
            int size = bytes[position + 1] & 0x7f;
            boolean two = bytes[position + 1] < 0;
            int start = position + (two ? 3 : 2);
            size += two ? bytes[position + 2] << 7 : 0;
            boolean shortest = two ? bytes[position + 2] > 0 : size > 0;
            if (!shortest || size > end - start) {
                throw Fields.malformed("the secret is cut off");
            }
            parts[field - 1] = Arrays.copyOfRange(bytes, start, start + size);
            position = start + size;
            last = field;
        }
        return checked(parts);
    }

    private static Secret checked(byte[][] parts) throws RefusedException {
        Secret secret = new Secret(parts[0], parts[1], parts[2], parts[3]).withSealedPin(parts[4]);
        boolean sound = parts[0].length == Secret.BLINDING_BYTES && isProofOrAbsent(parts[1])
                && isProofOrAbsent(parts[2]) && (parts[3].length == 0 || CardPinSeal.hasForm(parts[3]))
                && parts[4].length <= MessageBounds.MAX_SEALED_PIN_BYTES;
        if (!sound) {
            secret.close();
            throw Fields.malformed("a part of the secret has a wrong length");
        }
        return secret;
    }

    /** A request carries no secret that means nothing in it. */
    static void checkFits(Secret secret, Request request) throws RefusedException {
        boolean unlock = true;
        boolean renew = false;
        boolean card = false;
        boolean sealed = false;
        if (request instanceof Request.Administer administer) {
            Administration action = administer.action();
            boolean known = action instanceof Administration.RenewCardPin || action instanceof Administration.JoinCard;
            card = action instanceof Administration.AddCard || known;
            renew = action instanceof Administration.AddCard || action instanceof Administration.Delegate;
            sealed = action instanceof Administration.Delegate;
            unlock = sealed || known || action instanceof Administration.Decide decide && decide.approve();
        } else if (request instanceof Request.ChangePin) {
            renew = true;
        } else {
            unlock = request instanceof Request.Login || request instanceof Request.Use;
        }
        boolean fits = (unlock || secret.pinProof().length == 0) && (renew || secret.newPinProof().length == 0)
                && (card || secret.cardPin().length == 0) && (sealed || secret.sealedPin().length == 0)
                && (unlock || renew || secret.isNone());
        if (!fits) {
            secret.close();
            throw Fields.malformed("the secret has a part that means nothing in this request");
        }
    }

    private static boolean isProofOrAbsent(byte[] part) {
        return part.length == 0 || part.length == Secret.PROOF_BYTES;
    }
}
