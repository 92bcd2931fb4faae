package org.remotepkcs11.pkcs11.object;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.Digest;
import org.remotepkcs11.pkcs11.crypto.DigestAlgorithm;
import org.remotepkcs11.wire.RemoteCard;

/** {@code CKA_UNIQUE_ID} of card objects: the same for the same matter on the same card. */
final class UniqueIds {
    private static final int BYTES = 16;

    private UniqueIds() {
    }

    static String of(RemoteCard card, String kind, byte[]... matter) {
        Digest digest = DigestAlgorithm.SHA256.start();
        update(digest, kind.getBytes(StandardCharsets.US_ASCII));
        update(digest, card.id().bytes());
        for (byte[] part : matter) {
            update(digest, part);
        }
        byte[] hash = new byte[digest.getDigestSize()];
        digest.doFinal(hash, 0);
        return HexFormat.of().formatHex(Arrays.copyOf(hash, BYTES));
    }

    private static void update(Digest digest, byte[] part) {
        byte[] length = ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array();
        digest.update(length, 0, length.length);
        digest.update(part, 0, part.length);
    }
}
