package org.remotepkcs11.cli.pin;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Arrays;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.util.BigIntegers;

/**
 * Encryption to an Ed25519 key: HPKE in base mode (RFC 9180) to the X25519 key that is the same point on the Montgomery
 * curve (RFC 7748 section 4.1). Sound beside signatures by the same key: Thormarker, <i>On using the same key pair for
 * Ed25519 and an X25519 based KEM</i>, 2021. Form: one byte 1, encapsulated key, ciphertext with tag.
 */
final class EdwardsSeal {
    /** No first byte of DER that is a SEQUENCE. */
    static final byte FORM = 1;

    private static final byte[] INFO = "remote-pkcs11 v1 sealed pin\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NO_MORE = {};
    private static final int KEY_BYTES = 32;
    private static final int TAG_BYTES = 16;
    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

    private EdwardsSeal() {
    }

    private static HPKE suite() {
        return new HPKE(HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
    }

    static byte[] seal(byte[] plain, PublicKey user) throws GeneralSecurityException {
        try {
            HPKEContextWithEncapsulation context = suite().setupBaseS(montgomery(
                    (Ed25519PublicKeyParameters) PublicKeyFactory.createKey(user.getEncoded())), INFO);
            byte[] ciphertext = context.seal(NO_MORE, plain);
            byte[] sealed = new byte[1 + KEY_BYTES + ciphertext.length];
            sealed[0] = FORM;
            System.arraycopy(context.getEncapsulation(), 0, sealed, 1, KEY_BYTES);
            System.arraycopy(ciphertext, 0, sealed, 1 + KEY_BYTES, ciphertext.length);
            return sealed;
        } catch (IOException | InvalidCipherTextException e) {
            throw new GeneralSecurityException("nothing can be encrypted to this key", e);
        }
    }

    /** u = (1 + y) / (1 - y). */
    private static X25519PublicKeyParameters montgomery(Ed25519PublicKeyParameters key) throws GeneralSecurityException {
        byte[] littleEndian = key.getEncoded();
        littleEndian[KEY_BYTES - 1] &= 0x7f;
        BigInteger y = new BigInteger(1, reversed(littleEndian));
        BigInteger below = BigInteger.ONE.subtract(y).mod(P);
        if (below.signum() == 0) {
            throw new GeneralSecurityException("the key is no point that anything can be encrypted to");
        }
        BigInteger u = BigInteger.ONE.add(y).multiply(below.modInverse(P)).mod(P);
        return new X25519PublicKeyParameters(reversed(BigIntegers.asUnsignedByteArray(KEY_BYTES, u)));
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }

    static byte[] open(byte[] sealed, PrivateKey user) throws GeneralSecurityException {
        if (sealed.length < 1 + KEY_BYTES + TAG_BYTES || sealed[0] != FORM) {
            throw new GeneralSecurityException("it is not encrypted to a key of this type");
        }
        byte[] seed = {};
        byte[] hash = {};
        try {
            seed = ((Ed25519PrivateKeyParameters) PrivateKeyFactory.createKey(user.getEncoded())).getEncoded();
            hash = MessageDigest.getInstance("SHA-512").digest(seed);
            X25519PrivateKeyParameters key = new X25519PrivateKeyParameters(hash, 0);
            return suite().setupBaseR(Arrays.copyOfRange(sealed, 1, 1 + KEY_BYTES),
                            new AsymmetricCipherKeyPair(key.generatePublicKey(), key), INFO)
                    .open(NO_MORE, sealed, 1 + KEY_BYTES, sealed.length - 1 - KEY_BYTES);
        } catch (IOException | InvalidCipherTextException e) {
            throw new GeneralSecurityException("it is encrypted to another key", e);
        } finally {
            Arrays.fill(seed, (byte) 0);
            Arrays.fill(hash, (byte) 0);
        }
    }
}
