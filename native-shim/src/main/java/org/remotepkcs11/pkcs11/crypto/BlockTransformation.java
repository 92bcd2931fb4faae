package org.remotepkcs11.pkcs11.crypto;

import java.util.Arrays;
import org.bouncycastle.crypto.BufferedBlockCipher;
import org.bouncycastle.crypto.DataLengthException;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;

/**
 * ECB and CBC, with and without PKCS #7 padding. When encrypting, every block is given as soon as it is full, so that
 * the last step never gives more than one, as hosts expect.
 */
final class BlockTransformation implements Transformation {
    /** What is done about a last block that is not full. */
    enum Padding { NONE, ADD, REMOVE }

    private final BufferedBlockCipher cipher;
    private final boolean encrypting;
    private final Padding padding;
    private long length;

    /** @param cipher removes padding itself; does not add it */
    BlockTransformation(BufferedBlockCipher cipher, boolean encrypting, Padding padding) {
        this.cipher = cipher;
        this.encrypting = encrypting;
        this.padding = padding;
    }

    @Override
    public int updateLength(int inputLength) {
        return cipher.getUpdateOutputSize(inputLength);
    }

    @Override
    public byte[] update(byte[] part) {
        length += part.length;
        return processed(part);
    }

    private byte[] processed(byte[] part) {
        byte[] out = new byte[cipher.getOutputSize(part.length)];
        int written = cipher.processBytes(part, 0, part.length, out, 0);
        return Arrays.copyOf(out, written);
    }

    @Override
    public int outputLength(int inputLength) {
        if (padding != Padding.ADD && (length + inputLength) % cipher.getBlockSize() != 0) {
            throw notWhole(null);
        }
        return padding == Padding.ADD ? cipher.getUpdateOutputSize(inputLength + paddingAfter(inputLength))
                : cipher.getOutputSize(inputLength);
    }

    private int paddingAfter(int inputLength) {
        int block = cipher.getBlockSize();
        return block - (int) ((length + inputLength) % block);
    }

    @Override
    public boolean lengthIsExact() {
        return padding != Padding.REMOVE;
    }

    @Override
    public byte[] finish() {
        if (padding == Padding.ADD) {
            byte[] pad = new byte[paddingAfter(0)];
            Arrays.fill(pad, (byte) pad.length);
            return processed(pad);
        }
        byte[] out = new byte[cipher.getOutputSize(0)];
        try {
            int written = cipher.doFinal(out, 0);
            return Arrays.copyOf(out, written);
        } catch (DataLengthException e) {
            throw notWhole(e);
        } catch (InvalidCipherTextException e) {
            throw new CkException(CKR.ENCRYPTED_DATA_INVALID, "the padding is wrong", e);
        }
    }

    private CkException notWhole(DataLengthException cause) {
        return new CkException(encrypting ? CKR.DATA_LEN_RANGE : CKR.ENCRYPTED_DATA_LEN_RANGE,
                "not a whole number of blocks", cause);
    }
}
