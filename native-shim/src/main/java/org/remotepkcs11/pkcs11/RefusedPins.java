package org.remotepkcs11.pkcs11;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.remotepkcs11.pkcs11.crypto.DigestAlgorithm;
import org.remotepkcs11.pkcs11.crypto.PlatformRandom;
import org.remotepkcs11.wire.RemoteCard;

/** Configured PINs that were wrong, so that a tool which logs in again and again locks no delegation with one. */
final class RefusedPins {
    private static final int SALT_BYTES = 16;

    private final byte[] salt = PlatformRandom.bytes(SALT_BYTES);
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    void remember(RemoteCard card, char[] pin) {
        refused.add(digest(card, pin));
    }

    boolean has(RemoteCard card, char[] pin) {
        return refused.contains(digest(card, pin));
    }

    private String digest(RemoteCard card, char[] pin) {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(pin));
        byte[] delegation = card.delegation().bytes();
        byte[] matter = ByteBuffer.allocate(salt.length + delegation.length + encoded.remaining()).put(salt)
                .put(delegation).put(encoded).array();
        Arrays.fill(encoded.array(), (byte) 0);
        try {
            return HexFormat.of().formatHex(DigestAlgorithm.SHA256.hash(matter));
        } finally {
            Arrays.fill(matter, (byte) 0);
        }
    }
}
