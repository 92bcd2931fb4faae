package org.remotepkcs11.testkit.piv;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import org.remotepkcs11.testkit.TestAuthority;

/** A private key of a card and its certificate. Several cards may hold the same one, as clones do. */
public final class PivKey {
    private final PrivateKey key;
    private final X509Certificate certificate;

    private PivKey(PrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    /** RSA of 2048 bits; algorithm 07 of NIST SP 800-78-4 table 6-2. */
    public static PivKey rsa2048(TestAuthority authority, String commonName) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return certified(authority, commonName, generator.generateKeyPair());
    }

    /** Algorithm 11. */
    public static PivKey p256(TestAuthority authority, String commonName) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return certified(authority, commonName, generator.generateKeyPair());
    }

    private static PivKey certified(TestAuthority authority, String name, KeyPair pair) throws GeneralSecurityException {
        return new PivKey(pair.getPrivate(), authority.issue(name, pair.getPublic()));
    }

    public X509Certificate certificate() {
        return certificate;
    }

    private boolean isRsa() {
        return "RSA".equals(key.getAlgorithm());
    }

    boolean fits(int algorithm) {
        return algorithm == (isRsa() ? 0x07 : 0x11);
    }

    /** RSA: the plain operation on a padded block. EC: a DER signature of a digest. */
    byte[] respond(byte[] challenge) throws GeneralSecurityException {
        if (isRsa()) {
            Cipher plain = Cipher.getInstance("RSA/ECB/NoPadding");
            plain.init(Cipher.DECRYPT_MODE, key);
            return plain.doFinal(challenge);
        }
        Signature ecdsa = Signature.getInstance("NONEwithECDSA");
        ecdsa.initSign(key);
        ecdsa.update(challenge);
        return ecdsa.sign();
    }

    /** @param point uncompressed @return the x coordinate of the shared point */
    byte[] agree(byte[] point) throws GeneralSecurityException {
        if (isRsa() || point.length != 65) {
            throw new GeneralSecurityException("not a point of the key's curve");
        }
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        ECPoint other = new ECPoint(new BigInteger(1, Arrays.copyOfRange(point, 1, 33)),
                new BigInteger(1, Arrays.copyOfRange(point, 33, 65)));
        ECPublicKey publicKey = (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(
                new ECPublicKeySpec(other, curve.getParameterSpec(ECParameterSpec.class)));
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(key);
        agreement.doPhase(publicKey, true);
        return agreement.generateSecret();
    }
}
