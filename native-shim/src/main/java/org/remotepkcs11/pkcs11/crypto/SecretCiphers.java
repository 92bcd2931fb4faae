package org.remotepkcs11.pkcs11.crypto;

import java.math.BigInteger;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.DefaultBufferedBlockCipher;
import org.bouncycastle.crypto.StreamCipher;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.engines.DESedeEngine;
import org.bouncycastle.crypto.modes.AEADCipher;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.crypto.modes.CCMBlockCipher;
import org.bouncycastle.crypto.modes.CFBBlockCipher;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.OFBBlockCipher;
import org.bouncycastle.crypto.modes.SICBlockCipher;
import org.bouncycastle.crypto.paddings.PKCS7Padding;
import org.bouncycastle.crypto.paddings.PaddedBufferedBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.MechanismParameter;

/** Ciphers with secret keys: AES, triple DES and ChaCha20-Poly1305. */
public final class SecretCiphers {
    private static final int AES_BLOCK = 16;
    private static final int POLY1305_TAG_BITS = 128;
    private static final long NOT_ANNOUNCED = -1;

    private SecretCiphers() {
    }

    /** {@code CKA_KEY_TYPE} that a cipher takes. */
    public static boolean fits(long type, long keyType) {
        if (type == CKM.CHACHA20_POLY1305) {
            return keyType == CKK.CHACHA20;
        }
        return isTripleDes(type) ? keyType == CKK.DES3 || keyType == CKK.DES2 : keyType == CKK.AES;
    }

    /** @throws CkException {@code CKR_MECHANISM_PARAM_INVALID} or {@code CKR_MECHANISM_INVALID} */
    public static Transformation start(boolean encrypt, Mechanism mechanism, byte[] key) {
        try {
            if (KeyWraps.knows(mechanism.type())) {
                return KeyWraps.start(encrypt, mechanism, key);
            }
            return isAead(mechanism.type()) ? aead(encrypt, mechanism, key) : plain(encrypt, mechanism, key);
        } catch (IllegalArgumentException e) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID, "the parameter does not fit the cipher", e);
        }
    }

    private static Transformation plain(boolean encrypt, Mechanism mechanism, byte[] key) {
        long type = mechanism.type();
        KeyParameter secret = new KeyParameter(key);
        BlockCipher engine = isTripleDes(type) ? new DESedeEngine() : AESEngine.newInstance();
        if (type == CKM.AES_ECB || type == CKM.DES3_ECB) {
            mechanism.requireNoParameter();
            return block(new DefaultBufferedBlockCipher(engine), encrypt, secret, BlockTransformation.Padding.NONE);
        }
        if (type == CKM.AES_CTR) {
            return counter(mechanism.parameter(MechanismParameter.Ctr.class), secret);
        }
        CipherParameters withIv = withIv(mechanism, secret, engine.getBlockSize());
        boolean padded = type == CKM.AES_CBC_PAD || type == CKM.DES3_CBC_PAD;
        if (padded || type == CKM.AES_CBC || type == CKM.DES3_CBC) {
            return chained(CBCBlockCipher.newInstance(engine), encrypt, withIv, padded);
        }
        StreamCipher stream = stream(type, engine);
        stream.init(encrypt, withIv);
        return new StreamTransformation(stream, null);
    }

    private static StreamCipher stream(long type, BlockCipher engine) {
        if (type == CKM.AES_OFB) {
            return new OFBBlockCipher(engine, 8 * AES_BLOCK);
        }
        if (type == CKM.AES_CFB128) {
            return (StreamCipher) CFBBlockCipher.newInstance(engine, 8 * AES_BLOCK);
        }
        if (type == CKM.AES_CFB8) {
            return (StreamCipher) CFBBlockCipher.newInstance(engine, 8);
        }
        throw new CkException(CKR.MECHANISM_INVALID);
    }

    private static Transformation chained(BlockCipher cbc, boolean encrypt, CipherParameters key, boolean padded) {
        if (padded && !encrypt) {
            return block(new PaddedBufferedBlockCipher(cbc, new PKCS7Padding()), false, key,
                    BlockTransformation.Padding.REMOVE);
        }
        return block(new DefaultBufferedBlockCipher(cbc), encrypt, key,
                padded ? BlockTransformation.Padding.ADD : BlockTransformation.Padding.NONE);
    }

    private static Transformation block(DefaultBufferedBlockCipher cipher, boolean encrypt, CipherParameters key,
                                        BlockTransformation.Padding padding) {
        cipher.init(encrypt, key);
        return new BlockTransformation(cipher, encrypt, padding);
    }

    private static Transformation counter(MechanismParameter.Ctr ctr, KeyParameter key) {
        boolean sound = ctr.counterBits() >= 1 && ctr.counterBits() <= 8 * AES_BLOCK && ctr.block().length == AES_BLOCK;
        if (!sound) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID, "the counter does not fit the block");
        }
        BigInteger values = BigInteger.ONE.shiftLeft((int) ctr.counterBits());
        BigInteger used = new BigInteger(1, ctr.block()).mod(values);
        StreamCipher cipher = (StreamCipher) SICBlockCipher.newInstance(AESEngine.newInstance());
        cipher.init(true, new ParametersWithIV(key, ctr.block()));
        return new StreamTransformation(cipher, values.subtract(used).multiply(BigInteger.valueOf(AES_BLOCK)));
    }

    private static CipherParameters withIv(Mechanism mechanism, KeyParameter key, int length) {
        byte[] iv = mechanism.parameter(MechanismParameter.Bytes.class).value();
        if (iv.length != length) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID, "the initialisation vector has another length");
        }
        return new ParametersWithIV(key, iv);
    }

    private static Transformation aead(boolean encrypt, Mechanism mechanism, byte[] key) {
        KeyParameter secret = new KeyParameter(key);
        if (mechanism.type() == CKM.AES_GCM) {
            MechanismParameter.Gcm gcm = mechanism.parameter(MechanismParameter.Gcm.class);
            return aead(encrypt, GCMBlockCipher.newInstance(AESEngine.newInstance()), NOT_ANNOUNCED,
                    new AEADParameters(secret, (int) gcm.tagBits(), gcm.iv(), gcm.associatedData()));
        }
        if (mechanism.type() == CKM.AES_CCM) {
            MechanismParameter.Ccm ccm = mechanism.parameter(MechanismParameter.Ccm.class);
            return aead(encrypt, CCMBlockCipher.newInstance(AESEngine.newInstance()), ccm.dataLength(),
                    new AEADParameters(secret, (int) ccm.macLength() * 8, ccm.nonce(), ccm.associatedData()));
        }
        MechanismParameter.ChaCha20Poly1305 chacha = mechanism.parameter(MechanismParameter.ChaCha20Poly1305.class);
        return aead(encrypt, new ChaCha20Poly1305(), NOT_ANNOUNCED,
                new AEADParameters(secret, POLY1305_TAG_BITS, chacha.nonce(), chacha.associatedData()));
    }

    private static Transformation aead(boolean encrypt, AEADCipher cipher, long announced, AEADParameters key) {
        cipher.init(encrypt, key);
        return new AeadTransformation(cipher, encrypt, announced);
    }

    private static boolean isAead(long type) {
        return type == CKM.AES_GCM || type == CKM.AES_CCM || type == CKM.CHACHA20_POLY1305;
    }

    private static boolean isTripleDes(long type) {
        return type == CKM.DES3_ECB || type == CKM.DES3_CBC || type == CKM.DES3_CBC_PAD;
    }
}
