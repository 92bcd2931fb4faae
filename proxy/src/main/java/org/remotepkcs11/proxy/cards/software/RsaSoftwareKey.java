package org.remotepkcs11.proxy.cards.software;

import java.security.SecureRandom;
import org.bouncycastle.crypto.AsymmetricBlockCipher;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.encodings.OAEPEncoding;
import org.bouncycastle.crypto.encodings.PKCS1Encoding;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.signers.PSSSigner;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/** PKCS #11 v3.1 section 6.1 over PKCS #1 (RFC 8017). */
final class RsaSoftwareKey implements SoftwareKey {
    private static final byte PSS_TRAILER = (byte) 0xBC;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final RSAPrivateCrtKeyParameters key;

    RsaSoftwareKey(RSAPrivateCrtKeyParameters key) {
        this.key = key;
    }

    @Override
    public byte[] apply(Operation operation) throws RefusedException {
        try {
            return switch (operation.kind()) {
                case SIGN -> sign(operation);
                case DECRYPT -> decrypt(operation);
                case DERIVE -> throw SoftwareKey.forbidden(operation, "rsa");
            };
        } catch (CryptoException | org.bouncycastle.crypto.RuntimeCryptoException | IllegalArgumentException e) {
            throw SoftwareKey.unfit(e);
        }
    }

    private byte[] sign(Operation operation) throws CryptoException, RefusedException {
        byte[] input = operation.input();
        if (operation.mechanism() == Mechanisms.RSA_PKCS) {
            return run(new PKCS1Encoding(new RSABlindedEngine()), true, input);
        }
        if (operation.mechanism() == Mechanisms.RSA_X_509) {
            return run(new RSABlindedEngine(), true, input);
        }
        if (operation.mechanism() == Mechanisms.RSA_PKCS_PSS && operation.parameters() instanceof Operation.Parameters.Pss pss) {
            return signPss(input, pss);
        }
        throw SoftwareKey.forbidden(operation, "rsa");
    }

    private byte[] signPss(byte[] digest, Operation.Parameters.Pss pss) throws CryptoException, RefusedException {
        Digest hash = Hashes.of(pss.hash());
        if (digest.length != hash.getDigestSize()) {
            throw new RefusedException(ErrorCode.INPUT_INVALID, "a digest of " + digest.length
                    + " bytes, but the hash of the parameters makes " + hash.getDigestSize());
        }
        PSSSigner signer = PSSSigner.createRawSigner(new RSABlindedEngine(), hash, Hashes.ofMgf(pss.mgf()),
                pss.saltLength(), PSS_TRAILER);
        signer.init(true, new ParametersWithRandom(key, RANDOM));
        signer.update(digest, 0, digest.length);
        return signer.generateSignature();
    }

    private byte[] decrypt(Operation operation) throws CryptoException, RefusedException {
        byte[] input = operation.input();
        if (operation.mechanism() == Mechanisms.RSA_PKCS) {
            return run(new PKCS1Encoding(new RSABlindedEngine()), false, input);
        }
        if (operation.mechanism() == Mechanisms.RSA_X_509) {
            // "Encryption" in the engine's words keeps leading zeros; with the private key it is decryption.
            return run(new RSABlindedEngine(), true, input);
        }
        if (operation.mechanism() == Mechanisms.RSA_PKCS_OAEP && operation.parameters() instanceof Operation.Parameters.Oaep oaep) {
            return run(new OAEPEncoding(new RSABlindedEngine(), Hashes.of(oaep.hash()), Hashes.ofMgf(oaep.mgf()),
                    oaep.label()), false, input);
        }
        throw SoftwareKey.forbidden(operation, "rsa");
    }

    private byte[] run(AsymmetricBlockCipher cipher, boolean encrypt, byte[] input) throws CryptoException {
        cipher.init(encrypt, new ParametersWithRandom(key, RANDOM));
        return cipher.processBlock(input, 0, input.length);
    }
}
