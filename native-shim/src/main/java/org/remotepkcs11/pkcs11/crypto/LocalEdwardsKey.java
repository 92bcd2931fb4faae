package org.remotepkcs11.pkcs11.crypto;

import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed448PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.signers.Ed448Signer;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.wire.Operation;

/** An Ed25519 or Ed448 key of a session object; RFC 8032, without context. */
final class LocalEdwardsKey implements RawPrivateKey {
    private static final byte[] NO_CONTEXT = new byte[0];

    private final AsymmetricKeyParameter key;
    private final AsymmetricKeyParameter publicKey;

    LocalEdwardsKey(AsymmetricKeyParameter key) {
        this.key = key;
        this.publicKey = key instanceof Ed25519PrivateKeyParameters small ? small.generatePublicKey()
                : ((Ed448PrivateKeyParameters) key).generatePublicKey();
    }

    static Signer signer(AsymmetricKeyParameter key) {
        boolean small = PublicKeys.algorithm(key).equals(PublicKeys.Algorithm.ED25519);
        return small ? new Ed25519Signer() : new Ed448Signer(NO_CONTEXT);
    }

    @Override
    public AsymmetricKeyParameter publicKey() {
        return publicKey;
    }

    @Override
    public boolean can(Operation.Kind kind, long mechanism) {
        return kind == Operation.Kind.SIGN && mechanism == CKM.EDDSA;
    }

    @Override
    public byte[] apply(Operation.Kind kind, long mechanism, Operation.Parameters parameters, byte[] input) {
        Signer signer = signer(publicKey);
        signer.init(true, key);
        signer.update(input, 0, input.length);
        try {
            return signer.generateSignature();
        } catch (CryptoException e) {
            throw new CkException(CKR.FUNCTION_FAILED, "EdDSA signs every message", e);
        }
    }
}
