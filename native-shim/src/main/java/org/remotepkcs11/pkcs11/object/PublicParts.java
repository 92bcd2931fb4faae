package org.remotepkcs11.pkcs11.object;

import java.io.IOException;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.util.BigIntegers;
import org.remotepkcs11.pkcs11.crypto.PublicKeys;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;

/** The attributes that are a public key, out of its SubjectPublicKeyInfo; PKCS #11 v3.2 sections 6.1.2 and 6.3.3. */
final class PublicParts {
    private PublicParts() {
    }

    /** Of a public key object. @throws CkException {@code CKR_PUBLIC_KEY_INVALID} */
    static Map<Long, byte[]> ofPublicKey(byte[] subjectPublicKeyInfo) {
        return attributes(subjectPublicKeyInfo, true);
    }

    /** Of a private key object. @throws CkException {@code CKR_PUBLIC_KEY_INVALID} */
    static Map<Long, byte[]> ofPrivateKey(byte[] subjectPublicKeyInfo) {
        return attributes(subjectPublicKeyInfo, false);
    }

    private static Map<Long, byte[]> attributes(byte[] subjectPublicKeyInfo, boolean publicKey) {
        SubjectPublicKeyInfo info = parsed(subjectPublicKeyInfo);
        long keyType = PublicKeys.keyType(subjectPublicKeyInfo);
        AttributeMap map = new AttributeMap().put(CKA.PUBLIC_KEY_INFO, subjectPublicKeyInfo)
                .put(CKA.KEY_TYPE, keyType);
        try {
            if (keyType == CKK.RSA) {
                rsa(map, RSAPublicKey.getInstance(info.parsePublicKey()), publicKey);
            } else {
                curve(map, info, publicKey);
            }
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            throw new CkException(CKR.PUBLIC_KEY_INVALID, "no such public key", e);
        }
        return map.build();
    }

    private static void rsa(AttributeMap map, RSAPublicKey key, boolean publicKey) {
        map.put(CKA.MODULUS, BigIntegers.asUnsignedByteArray(key.getModulus()));
        map.put(CKA.PUBLIC_EXPONENT, BigIntegers.asUnsignedByteArray(key.getPublicExponent()));
        if (publicKey) {
            map.put(CKA.MODULUS_BITS, key.getModulus().bitLength());
        }
    }

    private static void curve(AttributeMap map, SubjectPublicKeyInfo info, boolean publicKey) throws IOException {
        boolean weierstrass = X9ObjectIdentifiers.id_ecPublicKey.equals(info.getAlgorithm().getAlgorithm());
        ASN1Encodable parameters =
                weierstrass ? info.getAlgorithm().getParameters() : info.getAlgorithm().getAlgorithm();
        if (parameters == null) {
            throw new CkException(CKR.PUBLIC_KEY_INVALID, "a key without its curve");
        }
        map.put(CKA.EC_PARAMS, parameters.toASN1Primitive().getEncoded("DER"));
        if (publicKey) {
            map.put(CKA.EC_POINT, new DEROctetString(info.getPublicKeyData().getBytes()).getEncoded("DER"));
        }
    }

    private static SubjectPublicKeyInfo parsed(byte[] subjectPublicKeyInfo) {
        try {
            return SubjectPublicKeyInfo.getInstance(subjectPublicKeyInfo);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new CkException(CKR.PUBLIC_KEY_INVALID, "no SubjectPublicKeyInfo", e);
        }
    }
}
