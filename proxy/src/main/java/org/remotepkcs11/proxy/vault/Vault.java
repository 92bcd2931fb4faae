package org.remotepkcs11.proxy.vault;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;

/**
 * Keeps what opens the physical cards. Card key CK: random, one a remote card. Each physical card's PIN stands only as
 * AES-256-GCM(CK, PIN); CK stands once for each delegation, as AES-256-GCM(KEK, CK) with
 * KEK = HKDF-SHA256(PIN proof, HMAC-SHA256(vault secret, delegation)). The vault secret is not in the database, so that
 * a stolen database cannot be searched for short PINs; and without a PIN proof the vault secret opens nothing.
 *
 * <p>When the vault secret is changed no PIN is at hand. So an entry is then <em>carried</em>: together with what the old
 * secret had to say of it, HMAC(old secret, delegation), it stands under a key of the next secret, AES-256-GCM(HMAC-SHA256(
 * next secret, label, delegation), …). Nobody needs the old secret any more, and it opens nothing. The PIN's next change
 * makes a plain entry again.
 */
public final class Vault {
    private static final byte[] ENTRY = VaultCipher.label("remote-pkcs11 v1 vault entry\n");
    private static final byte[] PIN = VaultCipher.label("remote-pkcs11 v1 card pin\n");

    private final VaultCipher cipher;
    private final EntryWatch watch;

    /**
     * @param vaultSecret at least 32 bytes; copied
     * @param watch       told of every entry that comes or goes
     */
    public Vault(byte[] vaultSecret, EntryWatch watch) {
        this.cipher = new VaultCipher(vaultSecret);
        this.watch = watch;
    }

    /** Told of entries as they are stored. */
    @FunctionalInterface
    public interface EntryWatch {
        /** One came or one went. */
        void changed(byte[] sealed);
    }

    /** To whom an entry belongs: the entry opens for no other delegation, person or card. */
    public record Binding(Id delegation, Id person, Id card) {
    }

    /** Makes or replaces the entry by which this proof opens the card key. */
    public void put(Handle handle, Binding binding, byte[] proof, CardKey cardKey) {
        byte[] key = cipher.plainEntryKey(proof, binding.delegation().bytes());
        byte[] value = cardKey.value();
        try {
            byte[] sealed = VaultCipher.seal(key, value, context(binding));
            remove(handle, binding.delegation());
            handle.execute("INSERT INTO vault_entry (delegation, sealed) VALUES (?, ?)",
                    binding.delegation().bytes(), sealed);
            watch.changed(sealed);
        } finally {
            Arrays.fill(key, (byte) 0);
            Arrays.fill(value, (byte) 0);
        }
    }

    /** @return empty if the proof is wrong or the delegation has no entry */
    public Optional<CardKey> open(Handle handle, Binding binding, byte[] proof) {
        Optional<VaultEntry> entry = sealed(handle, binding.delegation())
                .flatMap(stored -> VaultEntry.of(cipher, binding.delegation(), stored));
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        byte[] key = VaultCipher.entryKey(proof, entry.get().salt());
        try {
            return VaultCipher.open(key, entry.get().sealed(), context(binding)).map(CardKey::taking);
        } finally {
            Arrays.fill(key, (byte) 0);
            entry.get().wipe();
        }
    }

    /**
     * From now on all entries are carried by the next secret.
     *
     * @return how many there are
     * @throws RefusedException {@link ErrorCode#STATE_UNTRUSTED} if one was changed by hand
     */
    public int carry(Handle handle, byte[] next) throws RefusedException {
        VaultCipher after = new VaultCipher(next);
        List<byte[]> delegations =
                handle.select("SELECT delegation FROM vault_entry").mapTo(byte[].class).list();
        for (byte[] delegation : delegations) {
            byte[] stored = sealed(handle, Id.of(delegation)).orElseThrow();
            VaultEntry entry = VaultEntry.of(cipher, Id.of(delegation), stored).orElseThrow(
                    () -> new RefusedException(ErrorCode.STATE_UNTRUSTED,
                            "a row of the table vault_entry was changed outside the proxy"));
            byte[] carried = entry.carried(after, Id.of(delegation));
            entry.wipe();
            handle.execute("UPDATE vault_entry SET sealed = ? WHERE delegation = ?", carried, delegation);
            watch.changed(stored);
            watch.changed(carried);
        }
        return delegations.size();
    }

    private static Optional<byte[]> sealed(Handle handle, Id delegation) {
        return handle.select("SELECT sealed FROM vault_entry WHERE delegation = ?", delegation.bytes())
                .mapTo(byte[].class).findOne();
    }

    /** Whether any proof would open the card key. */
    public boolean has(Handle handle, Id delegation) {
        return sealed(handle, delegation).isPresent();
    }

    /** From now on no PIN opens the card by this delegation. */
    public void remove(Handle handle, Id delegation) {
        sealed(handle, delegation).ifPresent(watch::changed);
        handle.execute("DELETE FROM vault_entry WHERE delegation = ?", delegation.bytes());
    }

    /** A physical card's PIN as it is stored. @param source of the physical card */
    public byte[] seal(CardKey cardKey, Id card, String source, CardPin pin) {
        byte[] plain = pin.utf8();
        byte[] key = cardKey.value();
        try {
            return VaultCipher.seal(key, plain, PIN, card.bytes(), utf8(source));
        } finally {
            Arrays.fill(plain, (byte) 0);
            Arrays.fill(key, (byte) 0);
        }
    }

    /** @return empty if what is stored is not of this card */
    public Optional<CardPin> unseal(CardKey cardKey, Id card, String source, byte[] sealed) {
        byte[] key = cardKey.value();
        Optional<byte[]> plain = Optional.empty();
        try {
            plain = VaultCipher.open(key, sealed, PIN, card.bytes(), utf8(source));
            return plain.map(CardPin::ofUtf8);
        } finally {
            plain.ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));
            Arrays.fill(key, (byte) 0);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[][] context(Binding binding) {
        return new byte[][] {ENTRY, binding.delegation().bytes(), binding.person().bytes(), binding.card().bytes()};
    }
}
