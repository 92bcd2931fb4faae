package org.remotepkcs11.pkcs11.crypto;

import java.io.ByteArrayOutputStream;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;

/** What takes its input whole: RSA and the key wraps. */
final class GatheringTransformation implements Transformation {
    private static final byte[] NOTHING = new byte[0];
    private static final int MAX_GATHERED = 64 << 10;

    private final UnaryOperator<byte[]> whole;
    private final IntUnaryOperator length;
    private final boolean exact;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();

    /** @param length of the output for a length of the input; {@code exact} or the most it can be */
    GatheringTransformation(UnaryOperator<byte[]> whole, IntUnaryOperator length, boolean exact) {
        this.whole = whole;
        this.length = length;
        this.exact = exact;
    }

    @Override
    public int updateLength(int inputLength) {
        return 0;
    }

    @Override
    public byte[] update(byte[] part) {
        if (part.length > MAX_GATHERED - gathered.size()) {
            throw new CkException(CKR.DATA_LEN_RANGE);
        }
        gathered.write(part, 0, part.length);
        return NOTHING;
    }

    @Override
    public int outputLength(int inputLength) {
        return length.applyAsInt(gathered.size() + inputLength);
    }

    @Override
    public boolean lengthIsExact() {
        return exact;
    }

    @Override
    public byte[] finish() {
        return whole.apply(gathered.toByteArray());
    }
}
