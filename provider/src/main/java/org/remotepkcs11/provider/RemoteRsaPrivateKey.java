package org.remotepkcs11.provider;

import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;

/** An RSA key; JSSE and {@code jarsigner} read its size. */
final class RemoteRsaPrivateKey extends RemotePrivateKey implements RSAKey {
    private static final long serialVersionUID = 1;
    /** Octets of PKCS #1 v1.5 padding, RFC 8017 section 9.2. */
    private static final int PKCS1_OVERHEAD = 11;

    private final BigInteger modulus;

    RemoteRsaPrivateKey(CardKey key, RSAPublicKey publicKey) {
        super(key, "RSA");
        this.modulus = publicKey.getModulus();
    }

    @Override
    public BigInteger getModulus() {
        return modulus;
    }

    /** Since Java 22 two interfaces have a default for this, so it must be said. */
    @Override
    public AlgorithmParameterSpec getParams() {
        return null;
    }

    /** Octets of the modulus. */
    int size() {
        return (modulus.bitLength() + 7) / 8;
    }

    /** @throws InvalidKeyException if so many octets do not fit under PKCS #1 v1.5 padding */
    void requirePkcs1(int octets) throws InvalidKeyException {
        if (octets + PKCS1_OVERHEAD > size()) {
            throw new InvalidKeyException("an RSA key of " + modulus.bitLength() + " bits is too small for "
                    + octets + " bytes under PKCS #1 padding");
        }
    }

    /** @throws InvalidKeyException if hash and salt do not fit, RFC 8017 section 9.1.1 */
    void requirePss(Hash hash, int saltLength) throws InvalidKeyException {
        int encoded = (modulus.bitLength() - 1 + 7) / 8;
        if (encoded < hash.length() + saltLength + 2) {
            throw new InvalidKeyException("an RSA key of " + modulus.bitLength() + " bits is too small for PSS with "
                    + hash.digestName() + " and a salt of " + saltLength + " bytes");
        }
    }
}
