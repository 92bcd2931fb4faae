package org.remotepkcs11.pkcs11.crypto;

import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.remotepkcs11.wire.Operation;

/**
 * A private key that applies the few mechanisms that need it; hashing, formatting and derivation functions are made
 * around it. It stands on a card, or here in memory.
 */
public interface RawPrivateKey {
    /** The other half. */
    AsymmetricKeyParameter publicKey();

    /** Whether the key applies a mechanism of {@link org.remotepkcs11.wire.Mechanisms}. */
    boolean can(Operation.Kind kind, long mechanism);

    /**
     * Applies the key once.
     *
     * @param input digest, DigestInfo, message (EdDSA), ciphertext; empty for derive
     * @return signature (r‖s for ECDSA), plaintext or shared secret
     * @throws org.remotepkcs11.pkcs11.cryptoki.CkException if the input does not fit, or the card refuses
     */
    byte[] apply(Operation.Kind kind, long mechanism, Operation.Parameters parameters, byte[] input);

    /** Whether {@link #sign} is to be told what the digest is of. */
    default boolean wantsToBeSigned() {
        return false;
    }

    /** As {@link #apply}. @param toBeSigned what the digest in the input is of; empty where it is not known or long */
    default byte[] sign(long mechanism, Operation.Parameters parameters, byte[] input, byte[] toBeSigned) {
        return apply(Operation.Kind.SIGN, mechanism, parameters, input);
    }
}
