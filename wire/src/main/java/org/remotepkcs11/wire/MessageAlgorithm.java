package org.remotepkcs11.wire;

import java.math.BigInteger;
import java.security.InvalidAlgorithmParameterException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;

/** How messages are signed; the type of the key decides. */
enum MessageAlgorithm {
    /** FIPS 186-5 section 6 with P-256 and SHA-256; DER as in RFC 3279 section 2.2.3. */
    ECDSA("SHA256withECDSA", "EC"),
    /** RFC 8032 section 5.1. */
    ED25519("Ed25519", "Ed25519"),
    /** RFC 8017 section 8.1 with SHA-256, MGF1 of it, 32 bytes of salt. */
    RSA_PSS("RSASSA-PSS", "RSA");

    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 16_384;
    private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final int ED25519_BYTES = 44;
    private static final BigInteger P256_FIELD =
            new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
    private static final BigInteger P256_B =
            new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);
    private static final BigInteger P256_ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
    private static final PSSParameterSpec PSS =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC);

    private final String signature;
    private final String keyFactory;

    MessageAlgorithm(String signature, String keyFactory) {
        this.signature = signature;
        this.keyFactory = keyFactory;
    }

    /** @throws IllegalArgumentException if messages are not signed with such keys */
    static MessageAlgorithm of(PublicKey key) {
        if (key instanceof ECPublicKey ec && isP256(ec.getParams())) {
            return ECDSA;
        }
        if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= MIN_RSA_BITS
                && rsa.getModulus().bitLength() <= MAX_RSA_BITS) {
            return RSA_PSS;
        }
        byte[] der = key.getEncoded();
        if (der != null && der.length == ED25519_BYTES
                && Arrays.equals(der, 0, ED25519_PREFIX.length, ED25519_PREFIX, 0, ED25519_PREFIX.length)) {
            return ED25519;
        }
        throw new IllegalArgumentException("messages are signed with P-256, Ed25519 or RSA keys of 2048 to 16384 bits,"
                + " not with this " + key.getAlgorithm() + " key");
    }

    private static boolean isP256(ECParameterSpec parameters) {
        return parameters != null && P256_ORDER.equals(parameters.getOrder())
                && parameters.getCurve().getField() instanceof ECFieldFp field && P256_FIELD.equals(field.getP())
                && P256_B.equals(parameters.getCurve().getB());
    }

    String signature() {
        return signature;
    }

    /** The name by which a {@link java.security.KeyFactory} reads such a key: RSA keys have two. */
    String keyFactory(Key key) {
        return this == RSA_PSS ? key.getAlgorithm() : keyFactory;
    }

    Signature instance(Provider provider) throws NoSuchAlgorithmException {
        Signature instance = Signature.getInstance(signature, provider);
        if (this == RSA_PSS) {
            try {
                instance.setParameter(PSS);
            } catch (InvalidAlgorithmParameterException e) {
                throw new NoSuchAlgorithmException(provider.getName() + " lacks RSA-PSS with SHA-256", e);
            }
        }
        return instance;
    }
}
