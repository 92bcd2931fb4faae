package org.remotepkcs11.pkcs11.crypto;

import org.bouncycastle.crypto.RawAgreement;
import org.bouncycastle.crypto.agreement.X25519Agreement;
import org.bouncycastle.crypto.agreement.X448Agreement;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;
import org.bouncycastle.crypto.params.X448PrivateKeyParameters;
import org.bouncycastle.crypto.params.X448PublicKeyParameters;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.wire.Operation;

/** An X25519 or X448 key of a session object; RFC 7748. */
final class LocalMontgomeryKey implements RawPrivateKey {
    private final AsymmetricKeyParameter key;
    private final AsymmetricKeyParameter publicKey;

    LocalMontgomeryKey(AsymmetricKeyParameter key) {
        this.key = key;
        this.publicKey = key instanceof X25519PrivateKeyParameters small ? small.generatePublicKey()
                : ((X448PrivateKeyParameters) key).generatePublicKey();
    }

    @Override
    public AsymmetricKeyParameter publicKey() {
        return publicKey;
    }

    @Override
    public boolean can(Operation.Kind kind, long mechanism) {
        return kind == Operation.Kind.DERIVE && mechanism == CKM.ECDH1_DERIVE;
    }

    @Override
    public byte[] apply(Operation.Kind kind, long mechanism, Operation.Parameters parameters, byte[] input) {
        byte[] point = ((Operation.Parameters.Ecdh) parameters).publicPoint();
        boolean small = key instanceof X25519PrivateKeyParameters;
        if (point.length != (small ? X25519PublicKeyParameters.KEY_SIZE : X448PublicKeyParameters.KEY_SIZE)) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID, "not a public value of this curve");
        }
        RawAgreement agreement = small ? new X25519Agreement() : new X448Agreement();
        agreement.init(key);
        byte[] shared = new byte[agreement.getAgreementSize()];
        try {
            agreement.calculateAgreement(
                    small ? new X25519PublicKeyParameters(point) : new X448PublicKeyParameters(point), shared, 0);
        } catch (IllegalStateException e) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID, "a public value of small order", e);
        }
        return shared;
    }
}
