package org.remotepkcs11.pkcs11.crypto;

import org.bouncycastle.crypto.AsymmetricBlockCipher;
import org.bouncycastle.crypto.DataLengthException;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.encodings.PKCS1Encoding;
import org.bouncycastle.crypto.engines.RSAEngine;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.MechanismParameter;
import org.remotepkcs11.wire.Operation;

/** RSA encryption with public keys, here, and decryption with private keys, wherever they stand. */
public final class RsaCiphers {
    private static final byte[] NO_LABEL = new byte[0];
    private static final long DATA_SPECIFIED = 1;

    private RsaCiphers() {
    }

    /** Whether this is an RSA cipher. */
    public static boolean knows(long type) {
        return type == CKM.RSA_PKCS || type == CKM.RSA_PKCS_OAEP || type == CKM.RSA_X_509;
    }

    /** @throws CkException {@code CKR_MECHANISM_PARAM_INVALID} */
    public static Transformation encryption(Mechanism mechanism, RSAKeyParameters key) {
        Operation.Parameters parameters = parameters(mechanism);
        int length = RsaPadding.modulusBytes(key);
        return new GatheringTransformation(data -> encrypt(mechanism.type(), parameters, key, data), n -> length, true);
    }

    /** @throws CkException {@code CKR_MECHANISM_PARAM_INVALID} */
    public static Transformation decryption(Mechanism mechanism, RawPrivateKey key) {
        Operation.Parameters parameters = parameters(mechanism);
        int length = RsaPadding.modulusBytes((RSAKeyParameters) key.publicKey());
        return new GatheringTransformation(data -> decrypt(mechanism.type(), parameters, key, data),
                n -> longest(parameters, mechanism.type(), length), mechanism.type() == CKM.RSA_X_509);
    }

    private static int longest(Operation.Parameters parameters, long type, int modulus) {
        if (parameters instanceof Operation.Parameters.Oaep oaep) {
            return Math.max(0, modulus - 2 * DigestAlgorithm.ofParameter(oaep.hash()).length() - 2);
        }
        return type == CKM.RSA_PKCS ? modulus - 11 : modulus;
    }

    private static Operation.Parameters parameters(Mechanism mechanism) {
        if (mechanism.type() != CKM.RSA_PKCS_OAEP) {
            mechanism.requireNoParameter();
            return Operation.NO_PARAMETERS;
        }
        MechanismParameter.Oaep oaep = mechanism.parameter(MechanismParameter.Oaep.class);
        DigestAlgorithm.ofParameter(oaep.hash());
        DigestAlgorithm.ofMgf(oaep.mgf());
        boolean sound = oaep.source() == DATA_SPECIFIED || oaep.source() == 0 && oaep.label().length == 0;
        if (!sound) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID, "the label has an unknown source");
        }
        return new Operation.Parameters.Oaep(oaep.hash(), oaep.mgf(),
                oaep.source() == DATA_SPECIFIED ? oaep.label() : NO_LABEL);
    }

    private static byte[] decrypt(long type, Operation.Parameters parameters, RawPrivateKey key, byte[] data) {
        if (data.length != RsaPadding.modulusBytes((RSAKeyParameters) key.publicKey())) {
            throw new CkException(CKR.ENCRYPTED_DATA_LEN_RANGE);
        }
        return key.apply(Operation.Kind.DECRYPT, type, parameters, data);
    }

    private static byte[] encrypt(long type, Operation.Parameters parameters, RSAKeyParameters key, byte[] data) {
        AsymmetricBlockCipher cipher = new RSAEngine();
        byte[] input = data;
        if (type == CKM.RSA_PKCS) {
            cipher = new PKCS1Encoding(cipher);
        } else if (type == CKM.RSA_PKCS_OAEP) {
            cipher = RsaPadding.oaep(cipher, (Operation.Parameters.Oaep) parameters);
        } else {
            input = RsaPadding.leftPadded(data, RsaPadding.modulusBytes(key));
        }
        try {
            cipher.init(true, new ParametersWithRandom(key, PlatformRandom.secure()));
            return cipher.processBlock(input, 0, input.length);
        } catch (DataLengthException | ArrayIndexOutOfBoundsException | InvalidCipherTextException e) {
            throw new CkException(CKR.DATA_LEN_RANGE, "longer than the key takes", e);
        }
    }
}
