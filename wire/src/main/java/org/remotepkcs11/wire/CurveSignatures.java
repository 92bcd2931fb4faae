package org.remotepkcs11.wire;

import java.io.IOException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.util.Arrays;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.crypto.util.PrivateKeyFactory;

/**
 * ECDSA over P-256 (with the nonces of RFC 6979) and Ed25519 by Bouncy Castle: every request is signed and verified
 * twice, and the JDK's own take 2 to 18 times as long (measured on JDK 17 and 25).
 */
final class CurveSignatures {
    private static final int ED25519_BYTES = 32;

    private CurveSignatures() {
    }

    /** Holder: made at the first key on the curve. */
    private static final class P256 {
        static final ECDomainParameters DOMAIN = new ECDomainParameters(CustomNamedCurves.getByName("P-256"));
    }

    /** @throws IllegalArgumentException if it is no point of the curve */
    static AsymmetricKeyParameter publicKey(PublicKey key) {
        if (key instanceof ECPublicKey ec) {
            ECPoint w = ec.getW();
            var point = P256.DOMAIN.getCurve().createPoint(w.getAffineX(), w.getAffineY());
            return new ECPublicKeyParameters(P256.DOMAIN.validatePublicPoint(point), P256.DOMAIN);
        }
        byte[] der = key.getEncoded();
        return new Ed25519PublicKeyParameters(der, der.length - ED25519_BYTES);
    }

    /**
     * @param key shows its encoding
     * @throws IllegalArgumentException if it is not of the algorithm
     */
    static AsymmetricKeyParameter privateKey(MessageAlgorithm algorithm, PrivateKey key) {
        if (algorithm == MessageAlgorithm.ECDSA && key instanceof ECPrivateKey ec) {
            return new ECPrivateKeyParameters(ec.getS(), P256.DOMAIN);
        }
        byte[] encoded = key.getEncoded();
        try {
            AsymmetricKeyParameter secret = PrivateKeyFactory.createKey(encoded);
            if (algorithm == MessageAlgorithm.ED25519 && secret instanceof Ed25519PrivateKeyParameters) {
                return secret;
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("not a private key in PKCS #8", e);
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
        throw new IllegalArgumentException("the private key is of another kind than the public key");
    }

    static byte[] sign(AsymmetricKeyParameter key, Prefix prefix, byte[] message) {
        try {
            if (key instanceof ECPrivateKeyParameters) {
                ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
                signer.init(true, key);
                BigInteger[] numbers = signer.generateSignature(hash(prefix, message, 0, message.length));
                return StandardDSAEncoding.INSTANCE.encode(P256.DOMAIN.getN(), numbers[0], numbers[1]);
            }
            Signer signer = new Ed25519Signer();
            signer.init(true, key);
            signer.update(prefix.bytes(), 0, prefix.bytes().length);
            signer.update(message, 0, message.length);
            return signer.generateSignature();
        } catch (IOException | CryptoException e) {
            throw new IllegalStateException("the key that signs messages no longer works: " + e.getMessage(), e);
        }
    }

    /** @param signature of ECDSA: in strict DER */
    static boolean verifies(AsymmetricKeyParameter key, Signed signed, byte[] signature) {
        if (key instanceof ECPublicKeyParameters) {
            return verifiesEcdsa(key, signed, signature);
        }
        Signer verifier = new Ed25519Signer();
        verifier.init(false, key);
        verifier.update(signed.prefix().bytes(), 0, signed.prefix().bytes().length);
        verifier.update(signed.bytes(), signed.offset(), signed.length());
        return verifier.verifySignature(signature);
    }

    private static boolean verifiesEcdsa(AsymmetricKeyParameter key, Signed signed, byte[] signature) {
        try {
            BigInteger[] numbers = StandardDSAEncoding.INSTANCE.decode(P256.DOMAIN.getN(), signature);
            ECDSASigner verifier = new ECDSASigner();
            verifier.init(false, key);
            byte[] hash = hash(signed.prefix(), signed.bytes(), signed.offset(), signed.length());
            return verifier.verifySignature(hash, numbers[0], numbers[1]);
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    /** What a signature is over: the prefix and a range of bytes. */
    record Signed(Prefix prefix, byte[] bytes, int offset, int length) {
    }

    private static byte[] hash(Prefix prefix, byte[] bytes, int offset, int length) {
        MessageDigest digest = Fingerprint.sha256();
        digest.update(prefix.bytes());
        digest.update(bytes, offset, length);
        return digest.digest();
    }
}
