package org.remotepkcs11.pkcs11.crypto;

import java.util.Arrays;
import org.bouncycastle.crypto.BufferedBlockCipher;
import org.bouncycastle.crypto.DataLengthException;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;

/** ECB and CBC, with and without padding. */
record BlockTransformation(BufferedBlockCipher cipher, boolean encrypting, boolean padded) implements Transformation {
    @Override
    public int updateLength(int inputLength) {
        return cipher.getUpdateOutputSize(inputLength);
    }

    @Override
    public byte[] update(byte[] part) {
        byte[] out = new byte[cipher.getOutputSize(part.length)];
        int length = cipher.processBytes(part, 0, part.length, out, 0);
        return Arrays.copyOf(out, length);
    }

    @Override
    public int outputLength(int inputLength) {
        return cipher.getOutputSize(inputLength);
    }

    @Override
    public boolean lengthIsExact() {
        return encrypting || !padded;
    }

    @Override
    public byte[] finish() {
        byte[] out = new byte[cipher.getOutputSize(0)];
        try {
            int length = cipher.doFinal(out, 0);
            return Arrays.copyOf(out, length);
        } catch (DataLengthException e) {
            throw new CkException(encrypting ? CKR.DATA_LEN_RANGE : CKR.ENCRYPTED_DATA_LEN_RANGE,
                    "not a whole number of blocks", e);
        } catch (InvalidCipherTextException e) {
            throw new CkException(CKR.ENCRYPTED_DATA_INVALID, "the padding is wrong", e);
        }
    }
}
