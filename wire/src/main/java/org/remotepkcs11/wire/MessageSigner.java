package org.remotepkcs11.wire;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;

/**
 * A user's or the proxy's key that signs messages: ECDSA P-256 with SHA-256, Ed25519, or RSA-PSS with SHA-256 and 32
 * bytes of salt, by the type of the key. For use by many threads.
 */
public final class MessageSigner {
    private final Signing signing;
    private final Id fingerprint;

    @FunctionalInterface
    private interface Signing {
        byte[] sign(Prefix prefix, byte[] body) throws GeneralSecurityException;
    }

    private MessageSigner(Signing signing, Id fingerprint) {
        this.signing = signing;
        this.fingerprint = fingerprint;
    }

    /**
     * @throws IllegalArgumentException if messages are not signed with such keys, if no provider can use this one, or
     *                                  if the two keys are no pair
     */
    public static MessageSigner of(PrivateKey key, PublicKey publicKey) {
        MessageAlgorithm algorithm = MessageAlgorithm.of(publicKey);
        try {
            MessageSigner signer = new MessageSigner(choose(algorithm, key), Fingerprint.of(publicKey));
            byte[] probe = {};
            if (!MessageVerifier.of(publicKey).verifies(Prefix.PROBE, probe, 0, 0, signer.sign(Prefix.PROBE, probe))) {
                throw new IllegalArgumentException("the private key does not belong to the public key");
            }
            return signer;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the key cannot sign messages: " + e.getMessage(), e);
        }
    }

    private static Signing choose(MessageAlgorithm algorithm, PrivateKey key) throws GeneralSecurityException {
        byte[] encoded = key.getEncoded();
        if (encoded == null) {
            return byItsToken(algorithm, key);
        }
        if (algorithm == MessageAlgorithm.RSA_PSS) {
            Provider provider = SoftwareProviders.first("Signature", algorithm.signature());
            PrivateKey own = KeyFactory.getInstance(algorithm.keyFactory(key), provider)
                    .generatePrivate(new PKCS8EncodedKeySpec(encoded));
            return by(provider, algorithm, own);
        }
        AsymmetricKeyParameter own = CurveSignatures.privateKey(algorithm, key);
        return (prefix, body) -> CurveSignatures.sign(own, prefix, body);
    }

    private static Signing byItsToken(MessageAlgorithm algorithm, PrivateKey key) throws InvalidKeyException {
        for (Provider provider : SoftwareProviders.allButOurs("Signature", algorithm.signature())) {
            try {
                algorithm.instance(provider).initSign(key);
                return by(provider, algorithm, key);
            } catch (InvalidKeyException | NoSuchAlgorithmException e) {
                continue;
            }
        }
        throw new InvalidKeyException("no provider of " + algorithm.signature() + " accepts it");
    }

    private static Signing by(Provider provider, MessageAlgorithm algorithm, PrivateKey key) {
        return (prefix, body) -> {
            Signature signature = algorithm.instance(provider);
            signature.initSign(key, SoftwareProviders.random());
            signature.update(prefix.bytes());
            signature.update(body);
            return signature.sign();
        };
    }

    /** {@link Fingerprint} of the public key. */
    public Id fingerprint() {
        return fingerprint;
    }

    byte[] sign(Prefix prefix, byte[] body) {
        try {
            return signing.sign(prefix, body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key that signs messages no longer works: " + e.getMessage(), e);
        }
    }
}
