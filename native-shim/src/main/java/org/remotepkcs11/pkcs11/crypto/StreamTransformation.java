package org.remotepkcs11.pkcs11.crypto;

import java.math.BigInteger;
import org.bouncycastle.crypto.StreamCipher;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;

/** CTR, OFB and CFB: as many bytes out as in. */
final class StreamTransformation implements Transformation {
    private static final byte[] NOTHING = new byte[0];

    private final StreamCipher cipher;
    private BigInteger bytesLeft;

    /** @param bytesLeft how much may pass before a counter would repeat; null where nothing counts */
    StreamTransformation(StreamCipher cipher, BigInteger bytesLeft) {
        this.cipher = cipher;
        this.bytesLeft = bytesLeft;
    }

    @Override
    public int updateLength(int inputLength) {
        requireLeft(inputLength);
        return inputLength;
    }

    @Override
    public byte[] update(byte[] part) {
        requireLeft(part.length);
        if (bytesLeft != null) {
            bytesLeft = bytesLeft.subtract(BigInteger.valueOf(part.length));
        }
        byte[] out = new byte[part.length];
        cipher.processBytes(part, 0, part.length, out, 0);
        return out;
    }

    private void requireLeft(int inputLength) {
        if (bytesLeft != null && bytesLeft.compareTo(BigInteger.valueOf(inputLength)) < 0) {
            throw new CkException(CKR.DATA_LEN_RANGE, "the counter would repeat");
        }
    }

    @Override
    public int outputLength(int inputLength) {
        requireLeft(inputLength);
        return inputLength;
    }

    @Override
    public boolean lengthIsExact() {
        return true;
    }

    @Override
    public byte[] finish() {
        return NOTHING;
    }
}
