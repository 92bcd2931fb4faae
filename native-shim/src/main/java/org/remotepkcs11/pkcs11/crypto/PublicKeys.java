package org.remotepkcs11.pkcs11.crypto;

import java.io.IOException;
import java.math.BigInteger;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.params.Ed448PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed448PublicKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;
import org.bouncycastle.crypto.params.X448PrivateKeyParameters;
import org.bouncycastle.crypto.params.X448PublicKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;

/** Public keys: their kinds, sizes and encodings. */
public final class PublicKeys {
    /** The kinds of asymmetric keys that this module knows. */
    public enum Algorithm {
        RSA(CKK.RSA), EC(CKK.EC), ED25519(CKK.EC_EDWARDS), ED448(CKK.EC_EDWARDS), X25519(CKK.EC_MONTGOMERY),
        X448(CKK.EC_MONTGOMERY);

        private final long keyType;

        Algorithm(long keyType) {
            this.keyType = keyType;
        }

        /** {@code CKA_KEY_TYPE}. */
        public long keyType() {
            return keyType;
        }
    }

    private PublicKeys() {
    }

    /** @throws CkException {@code CKR_PUBLIC_KEY_INVALID} if this is no SubjectPublicKeyInfo of a known kind */
    public static AsymmetricKeyParameter decode(byte[] subjectPublicKeyInfo) {
        try {
            SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(subjectPublicKeyInfo);
            if (PKCSObjectIdentifiers.rsaEncryption.equals(info.getAlgorithm().getAlgorithm())) {
                RSAPublicKey key = RSAPublicKey.getInstance(info.parsePublicKey());
                return rsa(key.getModulus(), key.getPublicExponent());
            }
            AsymmetricKeyParameter key = PublicKeyFactory.createKey(info);
            algorithm(key);
            return key;
        } catch (IOException | IllegalArgumentException | IllegalStateException | ClassCastException e) {
            throw new CkException(CKR.PUBLIC_KEY_INVALID, "not a public key this module knows", e);
        }
    }

    /** Without the library's primality tests: they take milliseconds, and a token may hold thousands of keys. */
    static RSAKeyParameters rsa(BigInteger modulus, BigInteger exponent) {
        return new RSAKeyParameters(false, modulus, exponent, true);
    }

    /** DER SubjectPublicKeyInfo. */
    public static byte[] encode(AsymmetricKeyParameter key) {
        try {
            return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(key).getEncoded("DER");
        } catch (IOException e) {
            throw new IllegalStateException("a public key always has an encoding", e);
        }
    }

    /** @throws CkException {@code CKR_PUBLIC_KEY_INVALID} for any other kind */
    public static Algorithm algorithm(AsymmetricKeyParameter key) {
        if (key instanceof RSAKeyParameters) {
            return Algorithm.RSA;
        }
        if (key instanceof ECKeyParameters) {
            return Algorithm.EC;
        }
        if (key instanceof Ed25519PublicKeyParameters || key instanceof Ed25519PrivateKeyParameters) {
            return Algorithm.ED25519;
        }
        if (key instanceof Ed448PublicKeyParameters || key instanceof Ed448PrivateKeyParameters) {
            return Algorithm.ED448;
        }
        if (key instanceof X25519PublicKeyParameters || key instanceof X25519PrivateKeyParameters) {
            return Algorithm.X25519;
        }
        if (key instanceof X448PublicKeyParameters || key instanceof X448PrivateKeyParameters) {
            return Algorithm.X448;
        }
        throw new CkException(CKR.PUBLIC_KEY_INVALID, "a key of a kind this module does not know");
    }

    /** Bytes of a signature, of an RSA block. */
    public static int signatureBytes(AsymmetricKeyParameter key) {
        return switch (algorithm(key)) {
            case RSA -> RsaPadding.modulusBytes((RSAKeyParameters) key);
            case EC -> 2 * orderBytes((ECKeyParameters) key);
            case ED25519 -> 64;
            case ED448 -> 114;
            case X25519, X448 -> 0;
        };
    }

    static int orderBytes(ECKeyParameters key) {
        return (key.getParameters().getN().bitLength() + 7) / 8;
    }
}
