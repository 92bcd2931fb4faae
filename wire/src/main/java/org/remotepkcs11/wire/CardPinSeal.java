package org.remotepkcs11.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.generators.X25519KeyPairGenerator;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.bouncycastle.crypto.params.X25519KeyGenerationParameters;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;

/**
 * A physical card's PIN as it travels: HPKE (RFC 9180) in base mode with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and
 * AES-256-GCM, bound to one request, so that it cannot be moved to another. Whole blocks are encrypted, so that the
 * cipher keeps no rest of the PIN, and the length of a short PIN is not told.
 */
final class CardPinSeal {
    /** Bytes that come before the ciphertext: the encapsulated key. */
    private static final int ENCAPSULATED_BYTES = 32;
    private static final int TAG_BYTES = 16;
    /** The PIN is padded to a multiple: ISO/IEC 7816-4, one byte 0x80, then zeros. */
    private static final int PADDED_TO = 64;
    private static final byte PADDING = (byte) 0x80;

    private CardPinSeal() {
    }

    private static HPKE suite() {
        return new HPKE(HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
    }

    static AsymmetricCipherKeyPair freshKeyPair() {
        X25519KeyPairGenerator generator = new X25519KeyPairGenerator();
        generator.init(new X25519KeyGenerationParameters(SoftwareProviders.random()));
        return generator.generateKeyPair();
    }

    /** @param bound what the request says beside this secret. @return encapsulated key ‖ ciphertext with tag */
    static byte[] seal(byte[] pin, Id reader, Bound bound) {
        return seal(pin, reader, bound, freshKeyPair());
    }

    static byte[] seal(byte[] pin, Id reader, Bound bound, AsymmetricCipherKeyPair ephemeral) {
        byte[] padded = padded(pin);
        try {
            HPKEContextWithEncapsulation context = suite().setupBaseS(
                    new X25519PublicKeyParameters(reader.bytes()), bound.info(), ephemeral);
            byte[] ciphertext = context.seal(bound.associatedData(), padded);
            byte[] sealed = Arrays.copyOf(context.getEncapsulation(), ENCAPSULATED_BYTES + ciphertext.length);
            System.arraycopy(ciphertext, 0, sealed, ENCAPSULATED_BYTES, ciphertext.length);
            return sealed;
        } catch (InvalidCipherTextException e) {
            throw new IllegalStateException("encryption does not fail", e);
        } finally {
            Arrays.fill(padded, (byte) 0);
        }
    }

    /** @return the PIN, the caller's to wipe. @throws RefusedException SECRET_MISMATCH */
    static byte[] open(byte[] sealed, AsymmetricCipherKeyPair reader, Bound bound) throws RefusedException {
        byte[] padded = {};
        try {
            padded = suite().setupBaseR(Arrays.copyOf(sealed, ENCAPSULATED_BYTES), reader, bound.info())
                    .open(bound.associatedData(), sealed, ENCAPSULATED_BYTES, sealed.length - ENCAPSULATED_BYTES);
            return unpadded(padded);
        } catch (InvalidCipherTextException | IllegalStateException | IllegalArgumentException e) {
            // the two others: a key that is no point, or gives no secret
            throw new RefusedException(ErrorCode.SECRET_MISMATCH, "the card's pin was not sealed for this request");
        } finally {
            Arrays.fill(padded, (byte) 0);
        }
    }

    private static byte[] padded(byte[] pin) {
        byte[] padded = Arrays.copyOf(pin, (pin.length / PADDED_TO + 1) * PADDED_TO);
        padded[pin.length] = PADDING;
        return padded;
    }

    private static byte[] unpadded(byte[] padded) throws RefusedException {
        int end = padded.length - 1;
        while (end >= 0 && padded[end] == 0) {
            end--;
        }
        if (end < 1 || padded[end] != PADDING || end > MessageBounds.MAX_CARD_PIN_BYTES) {
            throw Fields.malformed("the card's pin has not its length or its padding");
        }
        return Arrays.copyOf(padded, end);
    }

    /** Whether it may be one, by its length. */
    static boolean hasForm(byte[] sealed) {
        int padded = sealed.length - ENCAPSULATED_BYTES - TAG_BYTES;
        return padded >= PADDED_TO && padded % PADDED_TO == 0 && padded <= MessageBounds.MAX_CARD_PIN_BYTES + PADDED_TO;
    }

    /** The request that a PIN is sealed for. @param inputHash SHA-256 of the request's own matter */
    record Bound(RequestHeader header, Id inputHash) {
        /** Proxy, user, session and the proxy's nonce. */
        byte[] info() {
            return joined(Prefix.CARD_PIN.bytes(), header.proxy().value(), header.user().value(),
                    header.session().value(), header.proxyNonce().value());
        }

        /** Sequence number, operation and what is asked. */
        byte[] associatedData() {
            byte[] sequence = ByteBuffer.allocate(Long.BYTES).putLong(header.sequence()).array();
            return joined(sequence, header.operation().value(), inputHash.value());
        }

        private static byte[] joined(byte[]... parts) {
            ByteBuffer joined = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
            for (byte[] part : parts) {
                joined.put(part);
            }
            return joined.array();
        }
    }
}
