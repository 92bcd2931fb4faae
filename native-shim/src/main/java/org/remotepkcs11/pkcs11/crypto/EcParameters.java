package org.remotepkcs11.pkcs11.crypto;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1PrintableString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;

/** {@code CKA_EC_PARAMS}, PKCS #11 v3.2 section 6.3: an object identifier or the curve's name. */
public final class EcParameters {
    /** RFC 8410 section 3. */
    public static final ASN1ObjectIdentifier X25519 = new ASN1ObjectIdentifier("1.3.101.110");
    public static final ASN1ObjectIdentifier X448 = new ASN1ObjectIdentifier("1.3.101.111");
    public static final ASN1ObjectIdentifier ED25519 = new ASN1ObjectIdentifier("1.3.101.112");
    public static final ASN1ObjectIdentifier ED448 = new ASN1ObjectIdentifier("1.3.101.113");

    private static final Map<String, ASN1ObjectIdentifier> NAMES = Map.of(
            "edwards25519", ED25519, "edwards448", ED448,
            "curve25519", X25519, "curve448", X448);
    private static final Map<ASN1ObjectIdentifier, PublicKeys.Algorithm> MODERN = Map.of(
            ED25519, PublicKeys.Algorithm.ED25519,
            ED448, PublicKeys.Algorithm.ED448,
            X25519, PublicKeys.Algorithm.X25519,
            X448, PublicKeys.Algorithm.X448);

    private final ASN1ObjectIdentifier curve;

    private EcParameters(ASN1ObjectIdentifier curve) {
        this.curve = curve;
    }

    /** @throws CkException {@code CKR_DOMAIN_PARAMS_INVALID}, {@code CKR_CURVE_NOT_SUPPORTED} */
    public static EcParameters decode(byte[] parameters) {
        ASN1Primitive value;
        try {
            value = ASN1Primitive.fromByteArray(parameters);
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            throw new CkException(CKR.DOMAIN_PARAMS_INVALID, "no DER", e);
        }
        if (value instanceof ASN1ObjectIdentifier identifier) {
            return new EcParameters(identifier);
        }
        if (value instanceof ASN1PrintableString name) {
            ASN1ObjectIdentifier identifier = NAMES.get(name.getString());
            return new EcParameters(Optional.ofNullable(identifier)
                    .or(() -> Optional.ofNullable(ECNamedCurveTable.getOID(name.getString())))
                    .orElseThrow(() -> new CkException(CKR.CURVE_NOT_SUPPORTED, "a curve of unknown name")));
        }
        throw new CkException(CKR.CURVE_NOT_SUPPORTED, "only named curves");
    }

    /** Before the library, which takes an unknown curve for one without a name. @throws CkException as {@link #decode} */
    static void requireKnownCurve(AlgorithmIdentifier algorithm) throws IOException {
        if (X9ObjectIdentifiers.id_ecPublicKey.equals(algorithm.getAlgorithm())) {
            ASN1Encodable parameters = Optional.ofNullable(algorithm.getParameters()).orElse(DERNull.INSTANCE);
            decode(parameters.toASN1Primitive().getEncoded("DER")).domain();
        }
    }

    /** Of a curve that has an object identifier as its algorithm. */
    static Optional<PublicKeys.Algorithm> modern(ASN1ObjectIdentifier identifier) {
        return Optional.ofNullable(MODERN.get(identifier));
    }

    public PublicKeys.Algorithm algorithm() {
        return MODERN.getOrDefault(curve, PublicKeys.Algorithm.EC);
    }

    /** Of the curve. */
    public ASN1ObjectIdentifier identifier() {
        return curve;
    }

    /** Of a Weierstrass curve. @throws CkException {@code CKR_CURVE_NOT_SUPPORTED} */
    ECNamedDomainParameters domain() {
        return Optional.ofNullable(CustomNamedCurves.getByOID(curve))
                .or(() -> Optional.ofNullable(ECNamedCurveTable.getByOID(curve)))
                .filter(known -> !MODERN.containsKey(curve)).map(known -> new ECNamedDomainParameters(curve, known))
                .orElseThrow(() -> new CkException(CKR.CURVE_NOT_SUPPORTED, "no Weierstrass curve this module knows"));
    }
}
