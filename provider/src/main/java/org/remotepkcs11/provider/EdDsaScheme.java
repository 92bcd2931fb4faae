package org.remotepkcs11.provider;

import java.security.InvalidKeyException;
import org.remotepkcs11.wire.MessageBounds;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;

/** Ed25519, RFC 8032: the card hashes the message itself, so the whole message travels. */
record EdDsaScheme() implements SignatureScheme {
    @Override
    public String standardName() {
        return "Ed25519";
    }

    @Override
    public Intake intake() {
        return new Intake.Whole(MessageBounds.MAX_INPUT_BYTES,
                "Ed25519 sends the whole message; sign longer documents with RSA or ECDSA, or sign a digest (CMS does)");
    }

    @Override
    public void require(RemotePrivateKey key) throws InvalidKeyException {
        if (!(key instanceof RemoteEdPrivateKey)) {
            throw new InvalidKeyException("Ed25519 needs an Ed25519 key, not " + key.getAlgorithm());
        }
        key.require(Operation.Kind.SIGN, Mechanisms.EDDSA);
    }

    @Override
    public Mechanism mechanism() {
        return new Mechanism(Mechanisms.EDDSA);
    }

    @Override
    public byte[] input(RemotePrivateKey key, byte[] collected) {
        return collected;
    }

    @Override
    public byte[] encode(RemotePrivateKey key, byte[] output) {
        return output;
    }
}
