package org.remotepkcs11.pkcs11.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.bouncycastle.crypto.AsymmetricBlockCipher;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.encodings.OAEPEncoding;
import org.bouncycastle.crypto.encodings.PKCS1Encoding;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.signers.PSSSigner;
import org.bouncycastle.util.BigIntegers;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.wire.Operation.Parameters;

/**
 * The formats of RFC 8017 around a bare RSA private operation: for keys held here, and for cards that only know
 * {@code CKM_RSA_X_509}.
 */
public final class RsaPadding {
    private static final byte PSS_TRAILER = (byte) 0xBC;

    private final RSAKeyParameters publicKey;
    private final UnaryOperator<byte[]> privateOperation;
    private final int length;

    /** @param privateOperation takes and gives blocks of the modulus's length */
    public RsaPadding(RSAKeyParameters publicKey, UnaryOperator<byte[]> privateOperation) {
        this.publicKey = publicKey;
        this.privateOperation = privateOperation;
        this.length = modulusBytes(publicKey);
    }

    static int modulusBytes(RSAKeyParameters key) {
        return (key.getModulus().bitLength() + 7) / 8;
    }

    /** @throws CkException {@code CKR_DATA_LEN_RANGE}, or as the private operation says */
    public byte[] sign(long mechanism, Parameters parameters, byte[] input) {
        if (mechanism == CKM.RSA_PKCS) {
            return processed(block(input));
        }
        if (mechanism == CKM.RSA_PKCS_PSS) {
            return signPss((Parameters.Pss) parameters, input);
        }
        return processed(leftPadded(input));
    }

    /** @throws CkException {@code CKR_ENCRYPTED_DATA_INVALID}, or as the private operation says */
    public byte[] decrypt(long mechanism, Parameters parameters, byte[] input) {
        if (input.length != length) {
            throw new CkException(CKR.ENCRYPTED_DATA_LEN_RANGE);
        }
        try {
            if (mechanism == CKM.RSA_PKCS) {
                return decode(new PKCS1Encoding(bare()), input);
            }
            return mechanism == CKM.RSA_PKCS_OAEP ? decode(oaep(bare(), (Parameters.Oaep) parameters), input)
                    : leftPadded(processed(input));
        } catch (InvalidCipherTextException e) {
            throw new CkException(CKR.ENCRYPTED_DATA_INVALID);
        }
    }

    /** SHA-3, or a mask made with another hash than the message's: few cards take these. */
    public static boolean isUncommon(Parameters parameters) {
        if (parameters instanceof Parameters.Pss pss) {
            return isUncommon(pss.hash(), pss.mgf());
        }
        return parameters instanceof Parameters.Oaep oaep && isUncommon(oaep.hash(), oaep.mgf());
    }

    private static boolean isUncommon(long hash, long mgf) {
        DigestAlgorithm digest = DigestAlgorithm.ofParameter(hash);
        return digest != DigestAlgorithm.ofMgf(mgf) || digest.name().startsWith("SHA3");
    }

    static OAEPEncoding oaep(AsymmetricBlockCipher engine, Parameters.Oaep parameters) {
        return new OAEPEncoding(engine, DigestAlgorithm.ofParameter(parameters.hash()).start(),
                DigestAlgorithm.ofMgf(parameters.mgf()).start(), parameters.label());
    }

    /** Signs and verifies a hash that is there already. */
    static PSSSigner pss(AsymmetricBlockCipher engine, Parameters.Pss parameters) {
        return PSSSigner.createRawSigner(engine, DigestAlgorithm.ofParameter(parameters.hash()).start(),
                DigestAlgorithm.ofMgf(parameters.mgf()).start(), parameters.saltLength(), PSS_TRAILER);
    }

    /** The block of type 1 of RFC 8017 section 9.2. @throws CkException {@code CKR_DATA_LEN_RANGE} */
    static byte[] block(RSAKeyParameters key, byte[] input) {
        int length = modulusBytes(key);
        if (input.length > length - 11) {
            throw new CkException(CKR.DATA_LEN_RANGE);
        }
        byte[] block = new byte[length];
        block[1] = 1;
        Arrays.fill(block, 2, length - input.length - 1, (byte) 0xFF);
        System.arraycopy(input, 0, block, length - input.length, input.length);
        return block;
    }

    /** @throws CkException {@code CKR_DATA_LEN_RANGE} */
    static byte[] leftPadded(byte[] input, int length) {
        if (input.length > length) {
            throw new CkException(CKR.DATA_LEN_RANGE);
        }
        byte[] padded = new byte[length];
        System.arraycopy(input, 0, padded, length - input.length, input.length);
        return padded;
    }

    private byte[] signPss(Parameters.Pss parameters, byte[] hash) {
        PSSSigner signer = pss(bare(), parameters);
        signer.init(true, new ParametersWithRandom(markedPrivate(), PlatformRandom.secure()));
        signer.update(hash, 0, hash.length);
        try {
            return signer.generateSignature();
        } catch (CryptoException e) {
            throw new CkException(CKR.DATA_INVALID, "not a hash of this signature", e);
        }
    }

    private byte[] decode(AsymmetricBlockCipher encoding, byte[] input) throws InvalidCipherTextException {
        encoding.init(false, new ParametersWithRandom(markedPrivate(), PlatformRandom.secure()));
        return encoding.processBlock(input, 0, input.length);
    }

    private byte[] processed(byte[] block) {
        return leftPadded(privateOperation.apply(block), length);
    }

    private Bare bare() {
        return new Bare(length, privateOperation);
    }

    private byte[] block(byte[] input) {
        return block(publicKey, input);
    }

    private byte[] leftPadded(byte[] input) {
        return leftPadded(input, length);
    }

    /** The encodings only look at the modulus and at the mark. */
    private RSAKeyParameters markedPrivate() {
        return new RSAKeyParameters(true, publicKey.getModulus(), publicKey.getExponent(), true);
    }

    /** A block cipher whose key is elsewhere; like the library's own it leaves out leading zeros when decrypting. */
    private static final class Bare implements AsymmetricBlockCipher {
        private final int length;
        private final UnaryOperator<byte[]> operation;
        private boolean encrypting;

        Bare(int length, UnaryOperator<byte[]> operation) {
            this.length = length;
            this.operation = operation;
        }

        @Override
        public void init(boolean forEncryption, CipherParameters parameters) {
            encrypting = forEncryption;
        }

        @Override
        public int getInputBlockSize() {
            return encrypting ? length - 1 : length;
        }

        @Override
        public int getOutputBlockSize() {
            return encrypting ? length : length - 1;
        }

        @Override
        public byte[] processBlock(byte[] in, int offset, int count) {
            byte[] block = leftPadded(Arrays.copyOfRange(in, offset, offset + count), length);
            byte[] out = leftPadded(operation.apply(block), length);
            return encrypting ? out : BigIntegers.asUnsignedByteArray(new BigInteger(1, out));
        }
    }
}
