package org.remotepkcs11.proxy.cards.pkcs11;

import org.bouncycastle.crypto.AsymmetricBlockCipher;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.util.BigIntegers;

/** Bouncy Castle's paddings over a token's CKM_RSA_X_509. */
final class CardRsaEngine implements AsymmetricBlockCipher {
    /** The private-key operation on a block as long as the modulus. */
    @FunctionalInterface
    interface PlainRsa {
        byte[] apply(byte[] block) throws CkException;
    }

    private final PlainRsa card;
    private final int modulusBytes;
    private boolean encrypt;

    CardRsaEngine(PlainRsa card, int modulusBytes) {
        this.card = card;
        this.modulusBytes = modulusBytes;
    }

    @Override
    public void init(boolean forEncryption, CipherParameters parameters) {
        encrypt = forEncryption;
    }

    @Override
    public int getInputBlockSize() {
        return encrypt ? modulusBytes - 1 : modulusBytes;
    }

    @Override
    public int getOutputBlockSize() {
        return encrypt ? modulusBytes : modulusBytes - 1;
    }

    /** As Bouncy Castle's own engine: full length when "encrypting", without leading zeros when decrypting. */
    @Override
    public byte[] processBlock(byte[] in, int offset, int length) throws InvalidCipherTextException {
        if (length > modulusBytes) {
            throw new InvalidCipherTextException("more data than the modulus has bytes");
        }
        byte[] block = new byte[modulusBytes];
        System.arraycopy(in, offset, block, modulusBytes - length, length);
        try {
            byte[] result = card.apply(block);
            var number = BigIntegers.fromUnsignedByteArray(result);
            return encrypt ? BigIntegers.asUnsignedByteArray(modulusBytes, number) : BigIntegers.asUnsignedByteArray(number);
        } catch (CkException e) {
            throw new InvalidCipherTextException("the card did not apply the key", e);
        }
    }
}
