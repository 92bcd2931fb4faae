package org.remotepkcs11.pkcs11.crypto;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed448PrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X448PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;

/** Private keys of session objects: made, read, written and put to use. */
public final class PrivateKeys {
    /** Bits of an RSA modulus that are made or used here. */
    public static final int MIN_RSA_BITS = 1024;
    public static final int MAX_RSA_BITS = 8192;

    private static final int PRIME_CERTAINTY = 112;

    private PrivateKeys() {
    }

    /** @throws CkException {@code CKR_KEY_SIZE_RANGE} or {@code CKR_ATTRIBUTE_VALUE_INVALID} */
    public static RSAPrivateCrtKeyParameters generateRsa(long bits, BigInteger exponent) {
        if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS || bits % 8 != 0) {
            throw new CkException(CKR.KEY_SIZE_RANGE, "an RSA key of " + bits + " bits");
        }
        if (exponent.bitLength() < 2 || exponent.bitLength() > 256 || !exponent.testBit(0)) {
            throw new CkException(CKR.ATTRIBUTE_VALUE_INVALID, "no public exponent");
        }
        RSAKeyPairGenerator generator = new RSAKeyPairGenerator();
        generator.init(new RSAKeyGenerationParameters(exponent, PlatformRandom.secure(), (int) bits, PRIME_CERTAINTY));
        return (RSAPrivateCrtKeyParameters) generator.generateKeyPair().getPrivate();
    }

    /** A key on a curve of any kind. @throws CkException {@code CKR_CURVE_NOT_SUPPORTED} */
    public static AsymmetricKeyParameter generate(EcParameters parameters) {
        SecureRandom random = PlatformRandom.secure();
        return switch (parameters.algorithm()) {
            case ED25519 -> new Ed25519PrivateKeyParameters(random);
            case ED448 -> new Ed448PrivateKeyParameters(random);
            case X25519 -> new X25519PrivateKeyParameters(random);
            case X448 -> new X448PrivateKeyParameters(random);
            default -> {
                ECKeyPairGenerator generator = new ECKeyPairGenerator();
                generator.init(new ECKeyGenerationParameters(parameters.domain(), random));
                AsymmetricCipherKeyPair pair = generator.generateKeyPair();
                yield pair.getPrivate();
            }
        };
    }

    /** From {@code CKA_EC_PARAMS} and {@code CKA_VALUE}. @throws CkException {@code CKR_ATTRIBUTE_VALUE_INVALID} */
    public static AsymmetricKeyParameter ofValue(EcParameters parameters, byte[] value) {
        try {
            return switch (parameters.algorithm()) {
                case ED25519 -> new Ed25519PrivateKeyParameters(value);
                case ED448 -> new Ed448PrivateKeyParameters(value);
                case X25519 -> new X25519PrivateKeyParameters(value);
                case X448 -> new X448PrivateKeyParameters(value);
                default -> new ECPrivateKeyParameters(new BigInteger(1, value), parameters.domain());
            };
        } catch (IllegalArgumentException e) {
            throw new CkException(CKR.ATTRIBUTE_VALUE_INVALID, "no private value of this curve", e);
        }
    }

    /** Ready to be applied. */
    public static RawPrivateKey raw(AsymmetricKeyParameter key) {
        return switch (PublicKeys.algorithm(key)) {
            case RSA -> new LocalRsaKey((RSAPrivateCrtKeyParameters) key);
            case EC -> new LocalEcKey((ECPrivateKeyParameters) key);
            case ED25519, ED448 -> new LocalEdwardsKey(key);
            case X25519, X448 -> new LocalMontgomeryKey(key);
        };
    }

    /** DER PrivateKeyInfo (RFC 5208): the form in which private keys are wrapped. */
    public static byte[] encode(AsymmetricKeyParameter key) {
        try {
            return PrivateKeyInfoFactory.createPrivateKeyInfo(key).getEncoded("DER");
        } catch (IOException e) {
            throw new IllegalStateException("a private key always has an encoding", e);
        }
    }

    /** @throws CkException {@code CKR_WRAPPED_KEY_INVALID} if this is no PrivateKeyInfo of a known kind */
    public static AsymmetricKeyParameter decode(byte[] privateKeyInfo) {
        try {
            PrivateKeyInfo info = PrivateKeyInfo.getInstance(privateKeyInfo);
            if (PublicKeys.named(info.getPrivateKeyAlgorithm().getAlgorithm()).isEmpty()) {
                throw new CkException(CKR.WRAPPED_KEY_INVALID, "a key of a kind this module does not know");
            }
            EcParameters.requireKnownCurve(info.getPrivateKeyAlgorithm());
            AsymmetricKeyParameter key = PrivateKeyFactory.createKey(info);
            raw(key);
            return key;
        } catch (IOException | IllegalArgumentException | IllegalStateException | ClassCastException e) {
            throw new CkException(CKR.WRAPPED_KEY_INVALID, "no private key this module knows", e);
        }
    }
}
