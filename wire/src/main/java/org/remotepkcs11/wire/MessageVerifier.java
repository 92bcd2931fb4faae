package org.remotepkcs11.wire;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;

/** Checks signatures of messages by one public key. For use by many threads. */
final class MessageVerifier {
    private final MessageAlgorithm algorithm;
    private final Check check;

    @FunctionalInterface
    private interface Check {
        boolean verifies(CurveSignatures.Signed signed, byte[] signature) throws GeneralSecurityException;
    }

    private MessageVerifier(MessageAlgorithm algorithm, Check check) {
        this.algorithm = algorithm;
        this.check = check;
    }

    /** @throws IllegalArgumentException if messages are not signed with such keys */
    static MessageVerifier of(PublicKey key) {
        MessageAlgorithm algorithm = MessageAlgorithm.of(key);
        if (algorithm != MessageAlgorithm.RSA_PSS) {
            AsymmetricKeyParameter curveKey = CurveSignatures.publicKey(key);
            return new MessageVerifier(algorithm, (signed, signature) -> CurveSignatures.verifies(curveKey, signed, signature));
        }
        try {
            Provider provider = SoftwareProviders.first("Signature", algorithm.signature());
            PublicKey own = accepted(algorithm, provider, key);
            return new MessageVerifier(algorithm, (signed, signature) -> {
                Signature verifier = algorithm.instance(provider);
                verifier.initVerify(own);
                verifier.update(signed.prefix().bytes());
                verifier.update(signed.bytes(), signed.offset(), signed.length());
                return verifier.verify(signature);
            });
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the key cannot verify messages: " + e.getMessage(), e);
        }
    }

    /** The key itself or, where it is another provider's and not accepted, its translation. */
    private static PublicKey accepted(MessageAlgorithm algorithm, Provider provider, PublicKey key)
            throws GeneralSecurityException {
        try {
            algorithm.instance(provider).initVerify(key);
            return key;
        } catch (InvalidKeyException e) {
            return KeyFactory.getInstance(algorithm.keyFactory(key), provider)
                    .generatePublic(new X509EncodedKeySpec(key.getEncoded()));
        }
    }

    boolean verifies(Prefix prefix, byte[] message, int offset, int length, byte[] signature) {
        if (algorithm == MessageAlgorithm.ECDSA && !EcdsaSignature.isDer(signature)) {
            return false;
        }
        try {
            return check.verifies(new CurveSignatures.Signed(prefix, message, offset, length), signature);
        } catch (SignatureException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key that verifies messages no longer works", e);
        }
    }
}
