package org.remotepkcs11.proxy.cards;

import java.io.IOException;
import java.math.BigInteger;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Operation.Parameters;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.PrivateKeyObject.Usage;
import org.remotepkcs11.wire.RefusedException;

/** Whether an operation can be meant for a key, found out before the card is asked: cards give poor reasons. */
public final class KeyFit {
    /** The longest hash. */
    private static final int MAX_DIGEST = 64;
    private static final int UNCOMPRESSED = 4;
    private static final int PKCS1_OVERHEAD = 11;

    private KeyFit() {
    }

    /** @throws RefusedException KEY_FORBIDDEN, MECHANISM_FORBIDDEN, INPUT_INVALID */
    public static void check(PrivateKeyObject key, Operation operation) throws RefusedException {
        checkUsage(key, operation);
        SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(key.publicKey());
        ASN1ObjectIdentifier algorithm = info.getAlgorithm().getAlgorithm();
        if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            checkRsa(operation, modulusBits(info));
        } else if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            checkElliptic(operation, info.getPublicKeyData().getOctets().length);
        } else if (!algorithm.equals(EdECObjectIdentifiers.id_Ed25519) || !is(operation, Operation.Kind.SIGN, Mechanisms.EDDSA)) {
            throw Unfit.mechanism(operation, "edwards");
        }
    }

    private static void checkUsage(PrivateKeyObject key, Operation operation) throws RefusedException {
        boolean allowed = switch (operation.kind()) {
            case SIGN -> key.usages().contains(Usage.SIGN);
            case DECRYPT -> key.usages().contains(Usage.DECRYPT) || key.usages().contains(Usage.UNWRAP);
            case DERIVE -> key.usages().contains(Usage.DERIVE);
        };
        if (!allowed) {
            throw new RefusedException(ErrorCode.KEY_FORBIDDEN, "the card does not let key " + key.label() + " do this");
        }
        if (!key.allowedMechanisms().isEmpty() && !key.allowedMechanisms().contains(operation.mechanism())) {
            throw Unfit.mechanism(operation, key.label());
        }
    }

    private static void checkRsa(Operation operation, int modulusBits) throws RefusedException {
        int length = operation.input().length;
        int bytes = (modulusBits + 7) / 8;
        if (operation.kind() == Operation.Kind.DECRYPT && isRsaDecryption(operation)) {
            require(length == bytes, "a ciphertext for this key has " + bytes + " bytes");
        } else if (is(operation, Operation.Kind.SIGN, Mechanisms.RSA_PKCS)) {
            require(length <= bytes - PKCS1_OVERHEAD, "too much data for this key");
        } else if (is(operation, Operation.Kind.SIGN, Mechanisms.RSA_X_509)) {
            require(length <= bytes, "too much data for this key");
        } else if (is(operation, Operation.Kind.SIGN, Mechanisms.RSA_PKCS_PSS)
                && operation.parameters() instanceof Parameters.Pss pss) {
            require(length == Hashes.of(pss.hash()).getDigestSize(), "the digest is not one of the hash named");
            Hashes.ofMgf(pss.mgf());
            require(pss.saltLength() >= 0 && (long) length + pss.saltLength() + 2 <= (modulusBits + 6) / 8,
                    "the salt is too long for this key");
        } else {
            throw Unfit.mechanism(operation, "rsa");
        }
    }

    private static boolean isRsaDecryption(Operation operation) {
        return operation.mechanism() == Mechanisms.RSA_PKCS || operation.mechanism() == Mechanisms.RSA_X_509
                || operation.mechanism() == Mechanisms.RSA_PKCS_OAEP && operation.parameters() instanceof Parameters.Oaep;
    }

    private static void checkElliptic(Operation operation, int pointBytes) throws RefusedException {
        if (is(operation, Operation.Kind.SIGN, Mechanisms.ECDSA)) {
            int length = operation.input().length;
            require(length > 0 && length <= MAX_DIGEST, "a digest has 1 to " + MAX_DIGEST + " bytes");
        } else if (is(operation, Operation.Kind.DERIVE, Mechanisms.ECDH1_DERIVE)
                && operation.parameters() instanceof Parameters.Ecdh ecdh) {
            require(ecdh.publicPoint().length == pointBytes && ecdh.publicPoint()[0] == UNCOMPRESSED,
                    "an uncompressed point of this curve has " + pointBytes + " bytes");
        } else {
            throw Unfit.mechanism(operation, "ec");
        }
    }

    private static boolean is(Operation operation, Operation.Kind kind, long mechanism) {
        return operation.kind() == kind && operation.mechanism() == mechanism;
    }

    private static void require(boolean fits, String otherwise) throws RefusedException {
        if (!fits) {
            throw new RefusedException(ErrorCode.INPUT_INVALID, otherwise);
        }
    }

    private static int modulusBits(SubjectPublicKeyInfo info) throws RefusedException {
        try {
            BigInteger modulus = RSAPublicKey.getInstance(info.parsePublicKey()).getModulus();
            return modulus.bitLength();
        } catch (IOException e) {
            throw Unfit.input(e);
        }
    }
}
