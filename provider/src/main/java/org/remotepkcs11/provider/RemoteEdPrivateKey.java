package org.remotepkcs11.provider;

import java.security.interfaces.EdECKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.NamedParameterSpec;

/** An Ed25519 key, RFC 8032. */
final class RemoteEdPrivateKey extends RemotePrivateKey implements EdECKey {
    private static final long serialVersionUID = 1;

    private final transient NamedParameterSpec curve;

    RemoteEdPrivateKey(CardKey key, EdECPublicKey publicKey) {
        super(key, "EdDSA");
        this.curve = publicKey.getParams();
    }

    @Override
    public NamedParameterSpec getParams() {
        return curve;
    }
}
