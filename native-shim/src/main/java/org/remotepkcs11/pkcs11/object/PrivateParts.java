package org.remotepkcs11.pkcs11.object;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed448PrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X448PrivateKeyParameters;
import org.bouncycastle.util.BigIntegers;
import org.remotepkcs11.pkcs11.crypto.EcParameters;
import org.remotepkcs11.pkcs11.crypto.PrivateKeys;
import org.remotepkcs11.pkcs11.crypto.PublicKeys;
import org.remotepkcs11.pkcs11.crypto.RsaParts;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Template;

/** The attributes that are a private key in memory. */
final class PrivateParts {
    private static final Set<Long> RSA = Set.of(CKA.MODULUS, CKA.PUBLIC_EXPONENT, CKA.PRIVATE_EXPONENT, CKA.PRIME_1,
            CKA.PRIME_2, CKA.EXPONENT_1, CKA.EXPONENT_2, CKA.COEFFICIENT, CKA.PUBLIC_KEY_INFO);
    private static final Set<Long> CURVE = Set.of(CKA.EC_PARAMS, CKA.VALUE, CKA.EC_POINT, CKA.PUBLIC_KEY_INFO);

    private PrivateParts() {
    }

    /** Those that say in a template what the key is. */
    static Set<Long> types(long keyType) {
        return keyType == CKK.RSA ? RSA : CURVE;
    }

    static Map<Long, byte[]> attributes(AsymmetricKeyParameter key) {
        byte[] publicKey = PublicKeys.encode(PrivateKeys.raw(key).publicKey());
        Map<Long, byte[]> values = new HashMap<>(PublicParts.ofPrivateKey(publicKey));
        if (key instanceof RSAPrivateCrtKeyParameters rsa) {
            values.put(CKA.PRIVATE_EXPONENT, BigIntegers.asUnsignedByteArray(rsa.getExponent()));
            values.put(CKA.PRIME_1, BigIntegers.asUnsignedByteArray(rsa.getP()));
            values.put(CKA.PRIME_2, BigIntegers.asUnsignedByteArray(rsa.getQ()));
            values.put(CKA.EXPONENT_1, BigIntegers.asUnsignedByteArray(rsa.getDP()));
            values.put(CKA.EXPONENT_2, BigIntegers.asUnsignedByteArray(rsa.getDQ()));
            values.put(CKA.COEFFICIENT, BigIntegers.asUnsignedByteArray(rsa.getQInv()));
        } else {
            values.put(CKA.VALUE, value(key));
        }
        return values;
    }

    private static byte[] value(AsymmetricKeyParameter key) {
        return switch (PublicKeys.algorithm(key)) {
            case ED25519 -> ((Ed25519PrivateKeyParameters) key).getEncoded();
            case ED448 -> ((Ed448PrivateKeyParameters) key).getEncoded();
            case X25519 -> ((X25519PrivateKeyParameters) key).getEncoded();
            case X448 -> ((X448PrivateKeyParameters) key).getEncoded();
            default -> {
                ECPrivateKeyParameters ec = (ECPrivateKeyParameters) key;
                int length = (ec.getParameters().getN().bitLength() + 7) / 8;
                yield BigIntegers.asUnsignedByteArray(length, ec.getD());
            }
        };
    }

    /** @throws CkException {@code CKR_TEMPLATE_INCOMPLETE}, {@code CKR_ATTRIBUTE_VALUE_INVALID} … */
    static AsymmetricKeyParameter of(Template template, long keyType) {
        if (keyType == CKK.RSA) {
            return rsa(template);
        }
        EcParameters parameters = EcParameters.decode(template.required(CKA.EC_PARAMS));
        if (parameters.algorithm().keyType() != keyType) {
            throw new CkException(CKR.TEMPLATE_INCONSISTENT, "the curve is for another type of key");
        }
        return PrivateKeys.ofValue(parameters, template.required(CKA.VALUE));
    }

    private static AsymmetricKeyParameter rsa(Template template) {
        boolean primes = template.has(CKA.PRIME_1) && template.has(CKA.PRIME_2);
        RsaParts parts = new RsaParts(number(template, CKA.MODULUS), number(template, CKA.PRIVATE_EXPONENT),
                template.bytes(CKA.PUBLIC_EXPONENT).map(PrivateParts::number),
                primes ? List.of(number(template, CKA.PRIME_1), number(template, CKA.PRIME_2)) : List.of());
        try {
            RSAPrivateCrtKeyParameters key = parts.whole();
            PrivateKeys.raw(key);
            return key;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new CkException(CKR.ATTRIBUTE_VALUE_INVALID, "no RSA key", e);
        }
    }

    private static BigInteger number(Template template, long type) {
        return number(template.required(type));
    }

    private static BigInteger number(byte[] unsigned) {
        return new BigInteger(1, unsigned);
    }
}
