package org.remotepkcs11.provider;

import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.SignatureException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Optional;

/** How one signature algorithm makes of a message what is sent to the card, and of the answer a signature. */
interface SignatureScheme {
    /** The algorithm as other providers know it, to verify with. */
    String standardName();

    /** A fresh collector of the message. @throws SignatureException if the scheme needs parameters first */
    Intake intake() throws SignatureException;

    /** @throws InvalidKeyException if this is no key for the scheme, or the card does not offer what it needs */
    void require(RemotePrivateKey key) throws InvalidKeyException;

    Mechanism mechanism();

    /** What the mechanism takes. @param collected what the intake gave @throws SignatureException if that is too short */
    byte[] input(RemotePrivateKey key, byte[] collected) throws SignatureException;

    /** The signature as JCA wants it. @throws SignatureException if the answer is no signature */
    byte[] encode(RemotePrivateKey key, byte[] output) throws SignatureException;

    /** The parameters in force, if the scheme has any. */
    default Optional<AlgorithmParameterSpec> parameters() {
        return Optional.empty();
    }

    /** The same scheme with other parameters. */
    default SignatureScheme with(AlgorithmParameterSpec parameters) throws InvalidAlgorithmParameterException {
        if (parameters != null) {
            throw new InvalidAlgorithmParameterException(standardName() + " takes no parameters");
        }
        return this;
    }
}
