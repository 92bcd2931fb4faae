package org.remotepkcs11.pkcs11.object;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.remotepkcs11.pkcs11.crypto.EcParameters;
import org.remotepkcs11.pkcs11.crypto.PublicKeys;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Template;

/** Public keys that an application describes by attributes. */
final class PublicTemplates {
    private static final Set<Long> RSA =
            Set.of(CKA.MODULUS, CKA.MODULUS_BITS, CKA.PUBLIC_EXPONENT, CKA.PUBLIC_KEY_INFO);
    private static final Set<Long> CURVE = Set.of(CKA.EC_PARAMS, CKA.EC_POINT, CKA.PUBLIC_KEY_INFO);

    private PublicTemplates() {
    }

    /** Those that say in a template what the key is. */
    static Set<Long> types(long keyType) {
        return keyType == CKK.RSA ? RSA : CURVE;
    }

    /** DER SubjectPublicKeyInfo. @throws CkException {@code CKR_TEMPLATE_INCOMPLETE}, {@code CKR_PUBLIC_KEY_INVALID} */
    static byte[] subjectPublicKeyInfo(Template template, long keyType) {
        byte[] encoded = keyType == CKK.RSA ? rsa(template) : curve(template, keyType);
        PublicKeys.decode(encoded);
        return encoded;
    }

    private static byte[] rsa(Template template) {
        if (template.has(CKA.MODULUS_BITS)) {
            throw new CkException(CKR.TEMPLATE_INCONSISTENT, "CKA_MODULUS_BITS is for keys to be made");
        }
        try {
            RSAPublicKey key = new RSAPublicKey(new BigInteger(1, template.required(CKA.MODULUS)),
                    new BigInteger(1, template.required(CKA.PUBLIC_EXPONENT)));
            return new SubjectPublicKeyInfo(
                    new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE), key)
                    .getEncoded("DER");
        } catch (IOException e) {
            throw new CkException(CKR.ATTRIBUTE_VALUE_INVALID, "no RSA key", e);
        }
    }

    private static byte[] curve(Template template, long keyType) {
        byte[] encodedParameters = template.required(CKA.EC_PARAMS);
        EcParameters parameters = EcParameters.decode(encodedParameters);
        if (parameters.algorithm().keyType() != keyType) {
            throw new CkException(CKR.TEMPLATE_INCONSISTENT, "the curve is for another type of key");
        }
        ASN1ObjectIdentifier curve = parameters.identifier();
        AlgorithmIdentifier algorithm = parameters.algorithm() == PublicKeys.Algorithm.EC
                ? new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve) : new AlgorithmIdentifier(curve);
        try {
            return new SubjectPublicKeyInfo(algorithm, point(template.required(CKA.EC_POINT))).getEncoded("DER");
        } catch (IOException e) {
            throw new CkException(CKR.ATTRIBUTE_VALUE_INVALID, "no point", e);
        }
    }

    /** In an OCTET STRING, as the standard says, or bare, as many applications give it. */
    private static byte[] point(byte[] value) {
        try {
            return ASN1Primitive.fromByteArray(value) instanceof ASN1OctetString string ? string.getOctets() : value;
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            return value;
        }
    }
}
