package org.remotepkcs11.pkcs11.crypto;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.modes.AEADCipher;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;

/** GCM, CCM and ChaCha20-Poly1305. When decrypting, no byte is given out before the tag is verified. */
final class AeadTransformation implements Transformation {
    private static final byte[] NOTHING = new byte[0];
    private static final int MAX_HELD_BACK = 256 << 20;

    private final AEADCipher cipher;
    private final boolean encrypting;
    private final long announced;
    private final ByteArrayOutputStream heldBack = new ByteArrayOutputStream();
    private long length;

    /** @param announced length of the plaintext that CCM was told; negative where none was */
    AeadTransformation(AEADCipher cipher, boolean encrypting, long announced) {
        this.cipher = cipher;
        this.encrypting = encrypting;
        this.announced = announced;
    }

    @Override
    public int updateLength(int inputLength) {
        return encrypting ? cipher.getUpdateOutputSize(inputLength) : 0;
    }

    @Override
    public byte[] update(byte[] part) {
        length += part.length;
        if (encrypting) {
            return process(part, cipher.getUpdateOutputSize(part.length));
        }
        if (part.length > MAX_HELD_BACK - heldBack.size()) {
            throw new CkException(CKR.ENCRYPTED_DATA_LEN_RANGE, "too much to hold back until the tag is verified");
        }
        heldBack.write(part, 0, part.length);
        return NOTHING;
    }

    @Override
    public int outputLength(int inputLength) {
        return cipher.getOutputSize(heldBack.size() + inputLength);
    }

    @Override
    public boolean lengthIsExact() {
        return true;
    }

    @Override
    public byte[] finish() {
        if (encrypting && announced >= 0 && announced != length) {
            throw new CkException(CKR.DATA_LEN_RANGE, "another length was announced");
        }
        byte[] held = heldBack.toByteArray();
        byte[] out = new byte[cipher.getOutputSize(held.length)];
        try {
            int first = cipher.processBytes(held, 0, held.length, out, 0);
            return Arrays.copyOf(out, first + cipher.doFinal(out, first));
        } catch (InvalidCipherTextException e) {
            Arrays.fill(out, (byte) 0);
            throw new CkException(CKR.ENCRYPTED_DATA_INVALID, "the tag is wrong", e);
        }
    }

    private byte[] process(byte[] part, int room) {
        byte[] out = new byte[room];
        int written = cipher.processBytes(part, 0, part.length, out, 0);
        return Arrays.copyOf(out, written);
    }
}
