package org.remotepkcs11.proxy.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.wire.Id;

class VaultTest {
    private final byte[] secret = new byte[32];
    private final VaultCipher cipher = new VaultCipher(secret);
    private final Vault vault = new Vault(secret, sealed -> { });
    private final byte[] proof = HexFormat.of().parseHex("00112233445566778899aabbccddeeff".repeat(2));
    private final Id card = Id.random();

    @Test
    void entryKeyIsHkdfAsBouncyCastleComputesIt() {
        byte[] delegation = Id.random().bytes();
        HMac hmac = new HMac(SHA256Digest.newInstance());
        hmac.init(new KeyParameter(secret));
        hmac.update(delegation, 0, delegation.length);
        byte[] salt = new byte[32];
        hmac.doFinal(salt, 0);
        HKDFBytesGenerator hkdf = new HKDFBytesGenerator(SHA256Digest.newInstance());
        hkdf.init(new HKDFParameters(proof, salt, VaultCipher.label("remote-pkcs11 v1 vault entry key\n")));
        byte[] expected = new byte[32];
        hkdf.generateBytes(expected, 0, 32);
        assertThat(cipher.plainEntryKey(proof, delegation)).isEqualTo(expected);
    }

    @Test
    void sealedBytesOpenWithTheirKeyAndContextOnly() {
        byte[] key = new byte[32];
        byte[] sealed = VaultCipher.seal(key, new byte[] {1, 2, 3}, new byte[] {7});
        assertThat(VaultCipher.open(key, sealed, new byte[] {7})).hasValue(new byte[] {1, 2, 3});
        assertThat(VaultCipher.open(key, sealed, new byte[] {8})).isEmpty();
        assertThat(VaultCipher.open(Arrays.copyOf(proof, 32), sealed, new byte[] {7})).isEmpty();
    }

    @Test
    void everyFlippedBitIsFound() {
        byte[] key = new byte[32];
        byte[] sealed = VaultCipher.seal(key, new byte[] {1, 2, 3});
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] flipped = sealed.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(VaultCipher.open(key, flipped)).isEmpty();
        }
    }

    @Test
    void truncatedEntriesDoNotOpen() {
        byte[] sealed = VaultCipher.seal(new byte[32], new byte[] {1, 2, 3});
        for (int length = 0; length < sealed.length; length++) {
            assertThat(VaultCipher.open(new byte[32], Arrays.copyOf(sealed, length))).isEmpty();
        }
    }

    @Test
    void cardPinIsBoundToCardAndSource() {
        try (CardKey key = CardKey.fresh(); CardPin pin = CardPin.ofUtf8("1234".getBytes())) {
            byte[] sealed = vault.seal(key, card, "reader:1", pin);
            assertThat(vault.unseal(key, card, "reader:1", sealed).map(CardPin::utf8)).hasValue("1234".getBytes());
            assertThat(vault.unseal(key, card, "reader:2", sealed)).isEmpty();
            assertThat(vault.unseal(key, Id.random(), "reader:1", sealed)).isEmpty();
        }
    }

    @Test
    void sameThingIsNeverSealedTwiceAlike() {
        assertThat(VaultCipher.seal(new byte[32], new byte[4])).isNotEqualTo(VaultCipher.seal(new byte[32], new byte[4]));
    }

    @Test
    void closedKeyIsWiped() {
        CardKey key = CardKey.fresh();
        key.close();
        assertThatIllegalStateException().isThrownBy(key::value);
    }

    @Test
    void shortVaultSecretIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Vault(new byte[31], sealed -> { }));
    }

    @Test
    void nothingPrintsItsSecret() {
        assertThat(Optional.of(CardKey.fresh())).hasToString("Optional[CardKey(…)]");
    }
}
