package org.remotepkcs11.pkcs11.crypto;

import java.math.BigInteger;
import org.bouncycastle.crypto.agreement.ECDHBasicAgreement;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.util.Arrays;
import org.bouncycastle.util.BigIntegers;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.wire.Operation;

/** A key on a Weierstrass curve of a session object. */
final class LocalEcKey implements RawPrivateKey {
    private final ECPrivateKeyParameters key;
    private final ECPublicKeyParameters publicKey;

    LocalEcKey(ECPrivateKeyParameters key) {
        this.key = key;
        this.publicKey = new ECPublicKeyParameters(
                key.getParameters().getG().multiply(key.getD()).normalize(), key.getParameters());
    }

    @Override
    public AsymmetricKeyParameter publicKey() {
        return publicKey;
    }

    @Override
    public boolean can(Operation.Kind kind, long mechanism) {
        return kind == Operation.Kind.SIGN && mechanism == CKM.ECDSA
                || kind == Operation.Kind.DERIVE && mechanism == CKM.ECDH1_DERIVE;
    }

    @Override
    public byte[] apply(Operation.Kind kind, long mechanism, Operation.Parameters parameters, byte[] input) {
        return kind == Operation.Kind.SIGN ? sign(input)
                : agree(((Operation.Parameters.Ecdh) parameters).publicPoint());
    }

    private byte[] sign(byte[] hash) {
        ECDSASigner signer = new ECDSASigner();
        signer.init(true, new ParametersWithRandom(key, PlatformRandom.secure()));
        BigInteger[] parts = signer.generateSignature(hash);
        int length = PublicKeys.orderBytes(publicKey);
        return Arrays.concatenate(BigIntegers.asUnsignedByteArray(length, parts[0]),
                BigIntegers.asUnsignedByteArray(length, parts[1]));
    }

    private byte[] agree(byte[] point) {
        ECDHBasicAgreement agreement = new ECDHBasicAgreement();
        agreement.init(key);
        try {
            BigInteger shared = agreement.calculateAgreement(new ECPublicKeyParameters(
                    key.getParameters().getCurve().decodePoint(point), key.getParameters()));
            return BigIntegers.asUnsignedByteArray(agreement.getFieldSize(), shared);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID, "the other party's point is not on the curve", e);
        }
    }
}
