package org.remotepkcs11.proxy.vault;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The vault's cryptography: AES-256-GCM (NIST SP 800-38D) with 96 random bits of nonce in front, HKDF-SHA256
 * (RFC 5869) and HMAC-SHA256 (RFC 2104). What it made in between is wiped.
 */
final class VaultCipher {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    /** What sealing adds. */
    static final int OVERHEAD = NONCE_BYTES + TAG_BITS / 8;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] ENTRY_KEY = label("remote-pkcs11 v1 vault entry key\n");
    private static final byte[] CARRIER_KEY = label("remote-pkcs11 v1 carried vault entry key\n");
    private static final byte[] FIRST_BLOCK = {1};

    private final SecretKeySpec vaultSecret;

    /** @param vaultSecret at least 32 bytes that are not in the database */
    VaultCipher(byte[] vaultSecret) {
        if (vaultSecret.length < 32) {
            throw new IllegalArgumentException("the vault secret has " + vaultSecret.length + " bytes; at least 32");
        }
        this.vaultSecret = new SecretKeySpec(vaultSecret, "HmacSHA256");
    }

    static byte[] label(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** What the vault secret has to say of an entry. The caller wipes it. */
    byte[] salt(byte[] delegation) {
        return hmac(vaultSecret, delegation);
    }

    /** Of an entry that is carried. The caller wipes it. */
    byte[] carrierKey(byte[] delegation) {
        return hmac(vaultSecret, CARRIER_KEY, delegation);
    }

    byte[] plainEntryKey(byte[] proof, byte[] delegation) {
        byte[] salt = salt(delegation);
        try {
            return entryKey(proof, salt);
        } finally {
            Arrays.fill(salt, (byte) 0);
        }
    }

    /** HKDF with one block of output: input the proof, salt HMAC(vault secret, delegation). The caller wipes it. */
    static byte[] entryKey(byte[] proof, byte[] salt) {
        byte[] extracted = hmac(new SecretKeySpec(salt, "HmacSHA256"), proof);
        try {
            return hmac(new SecretKeySpec(extracted, "HmacSHA256"), ENTRY_KEY, FIRST_BLOCK);
        } finally {
            Arrays.fill(extracted, (byte) 0);
        }
    }

    private static byte[] hmac(SecretKeySpec key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
        }
    }

    static byte[] seal(byte[] key, byte[] plain, byte[]... context) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, context);
            byte[] sealed = Arrays.copyOf(nonce, NONCE_BYTES + cipher.getOutputSize(plain.length));
            cipher.doFinal(plain, 0, plain.length, sealed, NONCE_BYTES);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM does not work here", e);
        }
    }

    /** @return empty if it was not sealed with this key in this context. The caller wipes it */
    static Optional<byte[]> open(byte[] key, byte[] sealed, byte[]... context) {
        if (sealed.length < OVERHEAD) {
            return Optional.empty();
        }
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, Arrays.copyOf(sealed, NONCE_BYTES), context);
            return Optional.of(cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM does not work here", e);
        }
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[]... context)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        for (byte[] part : context) {
            cipher.updateAAD(part);
        }
        return cipher;
    }
}
