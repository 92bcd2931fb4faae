package org.remotepkcs11.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** Values that the vectors are made of. */
final class Samples {
    static final Id SESSION = filled(16, 0x10);
    static final Id PROXY_NONCE = filled(32, 0x20);
    static final Id USER_NONCE = filled(32, 0x30);
    static final Id CARD = filled(16, 0x40);
    static final Id DELEGATION = filled(16, 0x50);
    static final Id KEY = filled(32, 0x60);
    static final PinDerivation DERIVATION = new PinDerivation(filled(16, 0x70), 19_456, 2, 1);
    static final byte[] NONE = new byte[0];
    static final byte[] PROOF = bytes(32, 0x80);
    static final byte[] NEW_PROOF = bytes(32, 0x90);
    static final byte[] CARD_PIN = "123456".getBytes(StandardCharsets.UTF_8);
    static final byte[] DIGEST = bytes(32, 0xA0);

    private Samples() {
    }

    static Id filled(int length, int start) {
        return Id.of(bytes(length, start));
    }

    static byte[] bytes(int length, int start) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (start + i);
        }
        return bytes;
    }

    static Operation sign(long mechanism, Operation.Parameters parameters) {
        return new Operation(KEY, Operation.Kind.SIGN, mechanism, parameters, DIGEST);
    }

    static Request use(Operation... operations) {
        return new Request.Use(CARD, List.of(operations), Duration.ofSeconds(30));
    }

    static Secret secret(byte[] proof, byte[] newProof, byte[] cardPin) {
        boolean none = proof.length + newProof.length + cardPin.length == 0;
        return none ? Secret.none() : new Secret(bytes(32, 0xB0), proof, newProof, cardPin);
    }

    static RequestHeader header(String userKey, boolean open) {
        return new RequestHeader(TestKey.of("proxy-ed25519").fingerprint(), TestKey.of(userKey).fingerprint(),
                open ? Id.NONE : SESSION, open ? Id.NONE : PROXY_NONCE, open ? 0 : 7, filled(16, 0xC0),
                Instant.ofEpochMilli(1_767_225_600_000L));
    }

    static byte[] flipped(byte[] bytes, int bit) {
        byte[] flipped = Arrays.copyOf(bytes, bytes.length);
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        return flipped;
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
