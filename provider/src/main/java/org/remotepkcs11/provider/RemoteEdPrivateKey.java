package org.remotepkcs11.provider;

import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.util.Optional;

/** An Ed25519 key, RFC 8032; {@code jarsigner} asks for the interface of private keys. */
final class RemoteEdPrivateKey extends RemotePrivateKey implements EdECPrivateKey {
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

    /** Never: the key stays on its card. */
    @Override
    public Optional<byte[]> getBytes() {
        return Optional.empty();
    }
}
