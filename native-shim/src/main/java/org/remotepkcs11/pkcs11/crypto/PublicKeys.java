package org.remotepkcs11.pkcs11.crypto;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
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
import org.bouncycastle.math.ec.ECCurve;
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

    /** {@code CKA_KEY_TYPE}; cheap. @throws CkException {@code CKR_PUBLIC_KEY_INVALID} */
    public static long keyType(byte[] subjectPublicKeyInfo) {
        ASN1ObjectIdentifier algorithm;
        try {
            algorithm = SubjectPublicKeyInfo.getInstance(subjectPublicKeyInfo).getAlgorithm().getAlgorithm();
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new CkException(CKR.PUBLIC_KEY_INVALID, "no SubjectPublicKeyInfo", e);
        }
        return named(algorithm).orElseThrow(
                () -> new CkException(CKR.PUBLIC_KEY_INVALID, "a key of a kind this module does not know")).keyType();
    }

    /** By the object identifier of SubjectPublicKeyInfo and PrivateKeyInfo. */
    static Optional<Algorithm> named(ASN1ObjectIdentifier algorithm) {
        if (PKCSObjectIdentifiers.rsaEncryption.equals(algorithm)) {
            return Optional.of(Algorithm.RSA);
        }
        return X9ObjectIdentifiers.id_ecPublicKey.equals(algorithm) ? Optional.of(Algorithm.EC)
                : EcParameters.modern(algorithm);
    }

    /** @throws CkException {@code CKR_PUBLIC_KEY_INVALID} if this is no SubjectPublicKeyInfo of a known kind */
    public static AsymmetricKeyParameter decode(byte[] subjectPublicKeyInfo) {
        try {
            SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(subjectPublicKeyInfo);
            if (PKCSObjectIdentifiers.rsaEncryption.equals(info.getAlgorithm().getAlgorithm())) {
                RSAPublicKey key = RSAPublicKey.getInstance(info.parsePublicKey());
                return rsa(key.getModulus(), key.getPublicExponent());
            }
            EcParameters.requireKnownCurve(info.getAlgorithm());
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

    /**
     * Another party's public value as a key agreement takes it: the uncompressed point, or the bytes of RFC 7748.
     *
     * @param value bare, or in an OCTET STRING, as PKCS #11 v3.2 section 6.3.18 allows
     * @throws CkException {@code CKR_MECHANISM_PARAM_INVALID} if it is on no or another curve
     */
    public static byte[] point(AsymmetricKeyParameter ours, byte[] value) {
        Algorithm algorithm = algorithm(ours);
        if (algorithm != Algorithm.EC) {
            int length = algorithm == Algorithm.X25519 ? X25519PublicKeyParameters.KEY_SIZE
                    : X448PublicKeyParameters.KEY_SIZE;
            return value.length == length ? value : unpacked(value);
        }
        ECCurve curve = ((ECKeyParameters) ours).getParameters().getCurve();
        try {
            int field = (curve.getFieldSize() + 7) / 8;
            boolean bare = value.length == 1 + 2 * field || value.length == 1 + field;
            return curve.decodePoint(bare ? value : unpacked(value)).getEncoded(false);
        } catch (IllegalArgumentException e) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID, "no point of this curve", e);
        }
    }

    private static byte[] unpacked(byte[] value) {
        try {
            return ASN1OctetString.getInstance(value).getOctets();
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID, "no public value", e);
        }
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

    /** Bytes of what a key agrees on with another; 0 where it agrees on nothing. */
    public static int sharedSecretBytes(AsymmetricKeyParameter key) {
        return switch (algorithm(key)) {
            case EC -> (((ECKeyParameters) key).getParameters().getCurve().getFieldSize() + 7) / 8;
            case X25519 -> X25519PublicKeyParameters.KEY_SIZE;
            case X448 -> X448PublicKeyParameters.KEY_SIZE;
            case RSA, ED25519, ED448 -> 0;
        };
    }

    static int orderBytes(ECKeyParameters key) {
        return (key.getParameters().getN().bitLength() + 7) / 8;
    }
}
