package org.remotepkcs11.proxy.cards.pkcs11;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Makes a DER SubjectPublicKeyInfo out of what tokens tell of a key. */
final class PublicKeyInfo {
    private static final int ED25519_BYTES = 32;

    private PublicKeyInfo() {
    }

    /** From CKA_PUBLIC_KEY_INFO, or the attributes of the key's type; empty if they do not suffice or make no sense. */
    static Optional<byte[]> of(CkAttributes key) {
        try {
            Optional<byte[]> whole = key.bytes(Ck.A_PUBLIC_KEY_INFO);
            if (whole.isPresent()) {
                return Optional.of(SubjectPublicKeyInfo.getInstance(whole.get()).getEncoded());
            }
            long type = key.ulong(Ck.A_KEY_TYPE).orElse(-1);
            if (type == Ck.K_RSA) {
                return rsa(key.number(Ck.A_MODULUS), key.number(Ck.A_PUBLIC_EXPONENT));
            }
            if (type == Ck.K_EC || type == Ck.K_EC_EDWARDS) {
                return elliptic(key.bytes(Ck.A_EC_PARAMS), key.bytes(Ck.A_EC_POINT));
            }
            return Optional.empty();
        } catch (IOException | IllegalArgumentException | ClassCastException e) {
            return Optional.empty();
        }
    }

    private static Optional<byte[]> rsa(Optional<BigInteger> modulus, Optional<BigInteger> exponent) throws IOException {
        if (modulus.isEmpty() || exponent.isEmpty()) {
            return Optional.empty();
        }
        AlgorithmIdentifier algorithm = new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
        return Optional.of(new SubjectPublicKeyInfo(algorithm, new RSAPublicKey(modulus.get(), exponent.get())).getEncoded());
    }

    private static Optional<byte[]> elliptic(Optional<byte[]> parameters, Optional<byte[]> point) throws IOException {
        if (parameters.isEmpty() || point.isEmpty()) {
            return Optional.empty();
        }
        ASN1Primitive curve = ASN1Primitive.fromByteArray(parameters.get());
        if (isEd25519(curve)) {
            AlgorithmIdentifier algorithm = new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519);
            return Optional.of(new SubjectPublicKeyInfo(algorithm, edwardsPoint(point.get())).getEncoded());
        }
        X9ECParameters named = curve instanceof ASN1ObjectIdentifier oid ? ECNamedCurveTable.getByOID(oid) : null;
        if (named == null) {
            return Optional.empty();
        }
        AlgorithmIdentifier algorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve);
        byte[] uncompressed = named.getCurve().decodePoint(weierstrassPoint(point.get(), named)).getEncoded(false);
        return Optional.of(new SubjectPublicKeyInfo(algorithm, uncompressed).getEncoded());
    }

    /** PKCS #11 v3.1 allows the OID of RFC 8410 or the PrintableString "edwards25519". */
    private static boolean isEd25519(ASN1Primitive curve) {
        return EdECObjectIdentifiers.id_Ed25519.equals(curve)
                || curve instanceof ASN1String name && name.getString().equals("edwards25519");
    }

    /** The standard wants the point in a DER OCTET STRING; some modules give it bare, which its length tells. */
    private static byte[] weierstrassPoint(byte[] value, X9ECParameters curve) throws IOException {
        int coordinate = (curve.getCurve().getFieldSize() + 7) / 8;
        boolean bare = value.length == 1 + 2 * coordinate || value.length == 1 + coordinate;
        return bare ? value : ASN1OctetString.getInstance(ASN1Primitive.fromByteArray(value)).getOctets();
    }

    /** Bare, in an OCTET STRING, or in a BIT STRING as PKCS #11 v3.0 had it. */
    private static byte[] edwardsPoint(byte[] value) throws IOException {
        if (value.length == ED25519_BYTES) {
            return value;
        }
        ASN1Primitive wrapped = ASN1Primitive.fromByteArray(value);
        byte[] bare = wrapped instanceof ASN1BitString bits ? bits.getOctets() : ASN1OctetString.getInstance(wrapped).getOctets();
        if (bare.length != ED25519_BYTES) {
            throw new IOException("an Ed25519 point of " + bare.length + " bytes");
        }
        return bare;
    }

    /** The bytes of a key's shared secret or of one coordinate: what CKM_ECDH1_DERIVE yields. */
    static int coordinateBytes(byte[] publicKey) {
        int point = SubjectPublicKeyInfo.getInstance(publicKey).getPublicKeyData().getOctets().length;
        return (point - 1) / 2;
    }
}
