package org.remotepkcs11.provider;

import java.security.interfaces.ECKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECParameterSpec;

/** An elliptic-curve key; JSSE and {@code jarsigner} read its curve. */
final class RemoteEcPrivateKey extends RemotePrivateKey implements ECKey {
    private static final long serialVersionUID = 1;

    private final transient ECParameterSpec curve;

    RemoteEcPrivateKey(CardKey key, ECPublicKey publicKey) {
        super(key, "EC");
        this.curve = publicKey.getParams();
    }

    @Override
    public ECParameterSpec getParams() {
        return curve;
    }

    /** Octets of the curve's order: of each half of a signature. */
    int orderOctets() {
        return (curve.getOrder().bitLength() + 7) / 8;
    }

    /** Octets of a coordinate. */
    int fieldOctets() {
        return (curve.getCurve().getField().getFieldSize() + 7) / 8;
    }
}
