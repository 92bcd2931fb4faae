package org.remotepkcs11.proxy.vault;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.remotepkcs11.wire.Id;

/**
 * What of an entry only a PIN proof can open, and the salt that the proof needs for it.
 *
 * @param salt   HMAC-SHA256 of the delegation under the vault secret with which the entry was made
 * @param sealed the card key under a key that proof and salt make
 */
record VaultEntry(byte[] salt, byte[] sealed) {
    private static final byte[] CARRIED = VaultCipher.label("remote-pkcs11 v1 carried vault entry\n");
    private static final int SALT_BYTES = 32;
    private static final int PLAIN_BYTES = CardKey.BYTES + VaultCipher.OVERHEAD;

    /** @return empty if a carried entry is not of this delegation, or of another vault secret */
    static Optional<VaultEntry> of(VaultCipher cipher, Id delegation, byte[] stored) {
        if (stored.length == PLAIN_BYTES) {
            return Optional.of(new VaultEntry(cipher.salt(delegation.bytes()), stored));
        }
        byte[] key = cipher.carrierKey(delegation.bytes());
        try {
            return VaultCipher.open(key, stored, CARRIED, delegation.bytes()).map(VaultEntry::divided);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static VaultEntry divided(byte[] carried) {
        VaultEntry entry = new VaultEntry(Arrays.copyOf(carried, SALT_BYTES),
                Arrays.copyOfRange(carried, SALT_BYTES, carried.length));
        Arrays.fill(carried, (byte) 0);
        return entry;
    }

    byte[] carried(VaultCipher next, Id delegation) {
        byte[] key = next.carrierKey(delegation.bytes());
        byte[] plain = ByteBuffer.allocate(salt.length + sealed.length).put(salt).put(sealed).array();
        try {
            return VaultCipher.seal(key, plain, CARRIED, delegation.bytes());
        } finally {
            Arrays.fill(key, (byte) 0);
            Arrays.fill(plain, (byte) 0);
        }
    }

    void wipe() {
        Arrays.fill(salt, (byte) 0);
    }

    @Override
    public String toString() {
        return "VaultEntry(…)";
    }
}
