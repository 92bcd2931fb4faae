package org.remotepkcs11.pkcs11.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.crypto.DataLengthException;
import org.bouncycastle.crypto.engines.RSAEngine;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.PSSSigner;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.wire.Operation;

/** Verifies with a public key. */
public final class KeyVerifier implements Verifier {
    private final AsymmetricKeyParameter key;
    private final SigningMechanism mechanism;
    private final Message message;

    /** @throws CkException {@code CKR_MECHANISM_PARAM_INVALID} */
    public KeyVerifier(AsymmetricKeyParameter key, SigningMechanism mechanism, Mechanism asked) {
        this.key = key;
        this.mechanism = mechanism;
        this.message = new Message(mechanism, asked, key);
    }

    @Override
    public int length() {
        return PublicKeys.signatureBytes(key);
    }

    @Override
    public void update(byte[] part) {
        message.update(part);
    }

    @Override
    public boolean verify(byte[] signature) {
        byte[] input = message.keyInput();
        if (mechanism.raw() == CKM.ECDSA) {
            return verifyEcdsa(input, signature);
        }
        if (mechanism.raw() == CKM.EDDSA) {
            return verifyEdDsa(input, signature);
        }
        return mechanism.raw() == CKM.RSA_PKCS_PSS ? verifyPss(input, signature)
                : Arrays.equals(expectedBlock(input), block((RSAKeyParameters) key, signature));
    }

    /**
     * What the signature says, PKCS #11 v3.2 section 5.15 (recovery).
     *
     * @param type {@code CKM_RSA_PKCS} or {@code CKM_RSA_X_509}
     * @throws CkException {@code CKR_SIGNATURE_INVALID}
     */
    public static byte[] recover(RSAKeyParameters key, long type, byte[] signature) {
        byte[] block = block(key, signature);
        if (type == CKM.RSA_X_509) {
            return block;
        }
        int zero = 2;
        while (zero < block.length && block[zero] == (byte) 0xFF) {
            zero++;
        }
        boolean sound = zero >= 10 && zero < block.length && block[0] == 0 && block[1] == 1 && block[zero] == 0;
        if (!sound) {
            throw new CkException(CKR.SIGNATURE_INVALID);
        }
        return Arrays.copyOfRange(block, zero + 1, block.length);
    }

    private byte[] expectedBlock(byte[] input) {
        RSAKeyParameters rsa = (RSAKeyParameters) key;
        return mechanism.raw() == CKM.RSA_PKCS ? RsaPadding.block(rsa, input)
                : RsaPadding.leftPadded(input, RsaPadding.modulusBytes(rsa));
    }

    private static byte[] block(RSAKeyParameters key, byte[] signature) {
        RSAEngine engine = new RSAEngine();
        engine.init(true, key);
        try {
            return engine.processBlock(signature, 0, signature.length);
        } catch (DataLengthException e) {
            throw new CkException(CKR.SIGNATURE_INVALID, "larger than the modulus", e);
        }
    }

    private boolean verifyPss(byte[] hash, byte[] signature) {
        PSSSigner verifier = RsaPadding.pss(new RSAEngine(), (Operation.Parameters.Pss) message.parameters());
        verifier.init(false, key);
        verifier.update(hash, 0, hash.length);
        return verifier.verifySignature(signature);
    }

    private boolean verifyEcdsa(byte[] hash, byte[] signature) {
        int half = signature.length / 2;
        ECDSASigner verifier = new ECDSASigner();
        verifier.init(false, (ECPublicKeyParameters) key);
        return verifier.verifySignature(hash, new BigInteger(1, Arrays.copyOf(signature, half)),
                new BigInteger(1, Arrays.copyOfRange(signature, half, signature.length)));
    }

    private boolean verifyEdDsa(byte[] data, byte[] signature) {
        org.bouncycastle.crypto.Signer verifier = LocalEdwardsKey.signer(key);
        verifier.init(false, key);
        verifier.update(data, 0, data.length);
        return verifier.verifySignature(signature);
    }
}
