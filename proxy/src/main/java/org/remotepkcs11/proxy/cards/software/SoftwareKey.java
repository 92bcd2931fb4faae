package org.remotepkcs11.proxy.cards.software;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HashSet;
import java.util.Set;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.remotepkcs11.proxy.cards.RsaMechanisms;
import org.remotepkcs11.proxy.cards.Unfit;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.PrivateKeyObject.Usage;
import org.remotepkcs11.wire.RefusedException;

/** A private key in memory that does what PKCS #11 v3.1 section 6 says of its mechanisms. Safe for many threads. */
interface SoftwareKey {
    /** @throws RefusedException MECHANISM_FORBIDDEN, INPUT_INVALID, CARD_FAILED */
    byte[] apply(Operation operation) throws RefusedException;

    /** @throws GeneralSecurityException if no software key can be of this kind */
    static SoftwareKey of(PrivateKeyInfo key) throws GeneralSecurityException {
        try {
            var algorithm = key.getPrivateKeyAlgorithm().getAlgorithm();
            if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
                return rsa((RSAPrivateCrtKeyParameters) PrivateKeyFactory.createKey(key));
            }
            // Without the optional public key of RFC 5958, which older JDKs refuse.
            PKCS8EncodedKeySpec plain = new PKCS8EncodedKeySpec(
                    new PrivateKeyInfo(key.getPrivateKeyAlgorithm(), key.parsePrivateKey()).getEncoded());
            if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
                return new EcSoftwareKey((ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(plain));
            }
            if (algorithm.equals(EdECObjectIdentifiers.id_Ed25519)) {
                return new EdwardsSoftwareKey(KeyFactory.getInstance("Ed25519").generatePrivate(plain));
            }
            throw new GeneralSecurityException("no software card does keys of algorithm " + algorithm);
        } catch (IOException | ClassCastException | IllegalArgumentException e) {
            throw new GeneralSecurityException("not a private key that a software card can use", e);
        }
    }

    private static SoftwareKey rsa(RSAPrivateCrtKeyParameters key) {
        RsaMechanisms mechanisms = new RsaMechanisms(RSABlindedEngine::new, key);
        return operation -> {
            try {
                return mechanisms.apply(operation);
            } catch (CryptoException e) {
                throw Unfit.input(e);
            }
        };
    }

    /** What a key of this algorithm may be used for; empty if a software card cannot use it. */
    static Set<Usage> usages(AlgorithmIdentifier algorithm) {
        Set<Usage> kept = Set.of(Usage.SENSITIVE, Usage.ALWAYS_SENSITIVE, Usage.NEVER_EXTRACTABLE);
        if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)) {
            return with(kept, Usage.SIGN, Usage.DECRYPT, Usage.UNWRAP);
        }
        if (algorithm.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            return with(kept, Usage.SIGN, Usage.DERIVE);
        }
        return algorithm.getAlgorithm().equals(EdECObjectIdentifiers.id_Ed25519) ? with(kept, Usage.SIGN) : Set.of();
    }

    /** What a key of this algorithm can do. */
    static Set<Long> mechanisms(AlgorithmIdentifier algorithm) {
        if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)) {
            return Set.of(Mechanisms.RSA_PKCS, Mechanisms.RSA_X_509, Mechanisms.RSA_PKCS_PSS, Mechanisms.RSA_PKCS_OAEP);
        }
        return algorithm.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
                ? Set.of(Mechanisms.ECDSA, Mechanisms.ECDH1_DERIVE) : Set.of(Mechanisms.EDDSA);
    }

    private static Set<Usage> with(Set<Usage> usages, Usage... more) {
        Set<Usage> all = new HashSet<>(usages);
        all.addAll(Set.of(more));
        return Set.copyOf(all);
    }
}
