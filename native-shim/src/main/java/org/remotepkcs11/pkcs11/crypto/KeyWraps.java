package org.remotepkcs11.pkcs11.crypto;

import java.util.Arrays;
import java.util.Set;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.DataLengthException;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.Wrapper;
import org.bouncycastle.crypto.engines.AESWrapEngine;
import org.bouncycastle.crypto.engines.AESWrapPadEngine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.MechanismParameter;

/** AES key wrap: RFC 3394, RFC 5649 and RFC 3394 over PKCS #7 padding; PKCS #11 v3.2 section 6.20. */
final class KeyWraps {
    private static final Set<Long> KNOWN =
            Set.of(CKM.AES_KEY_WRAP, CKM.AES_KEY_WRAP_PAD, CKM.AES_KEY_WRAP_KWP, CKM.AES_KEY_WRAP_PKCS7);
    private static final int SEMIBLOCK = 8;

    private KeyWraps() {
    }

    static boolean knows(long type) {
        return KNOWN.contains(type);
    }

    static Transformation start(boolean encrypt, Mechanism mechanism, byte[] key) {
        long type = mechanism.type();
        Wrapper wrapper = type == CKM.AES_KEY_WRAP || type == CKM.AES_KEY_WRAP_PKCS7
                ? new AESWrapEngine() : new AESWrapPadEngine();
        wrapper.init(encrypt, parameters(mechanism, key));
        if (encrypt) {
            return new GatheringTransformation(data -> wrap(wrapper, type, data), n -> wrappedLength(type, n), true);
        }
        return new GatheringTransformation(data -> unwrap(wrapper, type, data), n -> Math.max(0, n - SEMIBLOCK),
                type == CKM.AES_KEY_WRAP);
    }

    private static CipherParameters parameters(Mechanism mechanism, byte[] key) {
        KeyParameter secret = new KeyParameter(key);
        boolean hasIv = mechanism.parameter() instanceof MechanismParameter.Bytes iv && iv.value().length > 0;
        return hasIv ? new ParametersWithIV(secret, mechanism.parameter(MechanismParameter.Bytes.class).value())
                : secret;
    }

    private static int wrappedLength(long type, int length) {
        if (type == CKM.AES_KEY_WRAP) {
            return length + SEMIBLOCK;
        }
        int padded = type == CKM.AES_KEY_WRAP_PKCS7 ? length / SEMIBLOCK * SEMIBLOCK + SEMIBLOCK
                : (length + SEMIBLOCK - 1) / SEMIBLOCK * SEMIBLOCK;
        return padded + SEMIBLOCK;
    }

    private static byte[] wrap(Wrapper wrapper, long type, byte[] data) {
        byte[] input = type == CKM.AES_KEY_WRAP_PKCS7 ? padded(data) : data;
        try {
            return wrapper.wrap(input, 0, input.length);
        } catch (DataLengthException e) {
            throw new CkException(CKR.DATA_LEN_RANGE, "not a length this wrap takes", e);
        }
    }

    private static byte[] unwrap(Wrapper wrapper, long type, byte[] data) {
        if (data.length % SEMIBLOCK != 0 || data.length < 2 * SEMIBLOCK) {
            throw new CkException(CKR.ENCRYPTED_DATA_LEN_RANGE);
        }
        try {
            byte[] plain = wrapper.unwrap(data, 0, data.length);
            return type == CKM.AES_KEY_WRAP_PKCS7 ? unpadded(plain) : plain;
        } catch (InvalidCipherTextException e) {
            throw new CkException(CKR.ENCRYPTED_DATA_INVALID, "not wrapped with this key", e);
        }
    }

    private static byte[] padded(byte[] data) {
        int length = data.length / SEMIBLOCK * SEMIBLOCK + SEMIBLOCK;
        byte[] padded = Arrays.copyOf(data, length);
        Arrays.fill(padded, data.length, length, (byte) (length - data.length));
        return padded;
    }

    private static byte[] unpadded(byte[] data) {
        int count = data[data.length - 1];
        boolean sound = count >= 1 && count <= SEMIBLOCK;
        for (int i = 1; sound && i <= count; i++) {
            sound = data[data.length - i] == count;
        }
        if (!sound) {
            throw new CkException(CKR.ENCRYPTED_DATA_INVALID, "the padding is wrong");
        }
        return Arrays.copyOf(data, data.length - count);
    }
}
