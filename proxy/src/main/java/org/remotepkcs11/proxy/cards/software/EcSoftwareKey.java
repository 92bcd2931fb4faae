package org.remotepkcs11.proxy.cards.software;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import javax.crypto.KeyAgreement;
import org.bouncycastle.jcajce.provider.asymmetric.util.EC5Util;
import org.remotepkcs11.proxy.cards.Unfit;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/** PKCS #11 v3.1 section 6.3: CKM_ECDSA over a digest, CKM_ECDH1_DERIVE with CKD_NULL. */
final class EcSoftwareKey implements SoftwareKey {
    private final ECPrivateKey key;

    EcSoftwareKey(ECPrivateKey key) {
        this.key = key;
    }

    @Override
    public byte[] apply(Operation operation) throws RefusedException {
        try {
            if (operation.kind() == Operation.Kind.SIGN && operation.mechanism() == Mechanisms.ECDSA) {
                Signature signature = Signature.getInstance("NONEwithECDSAinP1363Format");
                signature.initSign(key);
                signature.update(operation.input());
                return signature.sign();
            }
            if (operation.kind() == Operation.Kind.DERIVE && operation.mechanism() == Mechanisms.ECDH1_DERIVE
                    && operation.parameters() instanceof Operation.Parameters.Ecdh other) {
                KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
                agreement.init(key);
                agreement.doPhase(point(other.publicPoint()), true);
                return agreement.generateSecret();
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw Unfit.input(e);
        }
        throw Unfit.mechanism(operation, "ec");
    }

    /** @throws IllegalArgumentException if it is not a point of this key's curve, or infinity */
    private PublicKey point(byte[] encoded) throws GeneralSecurityException {
        var curve = EC5Util.convertCurve(key.getParams().getCurve());
        var decoded = curve.decodePoint(encoded);
        if (decoded.isInfinity()) {
            throw new IllegalArgumentException("the point at infinity");
        }
        ECPoint point = EC5Util.convertPoint(decoded);
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, key.getParams()));
    }
}
