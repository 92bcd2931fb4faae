package org.remotepkcs11.pkcs11.crypto;

import java.util.Set;
import org.bouncycastle.crypto.DataLengthException;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.wire.Operation;

/** An RSA key of a session object. */
final class LocalRsaKey implements RawPrivateKey {
    private static final Set<Long> SIGN = Set.of(CKM.RSA_PKCS, CKM.RSA_PKCS_PSS, CKM.RSA_X_509);
    private static final Set<Long> DECRYPT = Set.of(CKM.RSA_PKCS, CKM.RSA_PKCS_OAEP, CKM.RSA_X_509);

    private final RSAPrivateCrtKeyParameters key;
    private final RSAKeyParameters publicKey;
    private final RsaPadding padding;

    LocalRsaKey(RSAPrivateCrtKeyParameters key) {
        this.key = key;
        this.publicKey = PublicKeys.rsa(key.getModulus(), key.getPublicExponent());
        this.padding = new RsaPadding(publicKey, this::process);
    }

    @Override
    public AsymmetricKeyParameter publicKey() {
        return publicKey;
    }

    @Override
    public boolean can(Operation.Kind kind, long mechanism) {
        return kind == Operation.Kind.SIGN && SIGN.contains(mechanism)
                || kind == Operation.Kind.DECRYPT && DECRYPT.contains(mechanism);
    }

    @Override
    public byte[] apply(Operation.Kind kind, long mechanism, Operation.Parameters parameters, byte[] input) {
        return kind == Operation.Kind.SIGN ? padding.sign(mechanism, parameters, input)
                : padding.decrypt(mechanism, parameters, input);
    }

    private byte[] process(byte[] block) {
        RSABlindedEngine engine = new RSABlindedEngine();
        engine.init(true, new ParametersWithRandom(key, PlatformRandom.secure()));
        try {
            return engine.processBlock(block, 0, block.length);
        } catch (DataLengthException e) {
            throw new CkException(CKR.DATA_INVALID, "larger than the modulus", e);
        }
    }
}
