package org.remotepkcs11.proxy.cards;

import java.security.SecureRandom;
import java.util.function.Supplier;
import org.bouncycastle.crypto.AsymmetricBlockCipher;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.RuntimeCryptoException;
import org.bouncycastle.crypto.encodings.OAEPEncoding;
import org.bouncycastle.crypto.encodings.PKCS1Encoding;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.signers.PSSSigner;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Operation.Parameters;
import org.remotepkcs11.wire.RefusedException;

/**
 * The RSA mechanisms (PKCS #11 v3.1 section 6.1, RFC 8017) over whatever does the plain private-key operation: a key
 * in memory, or a token that can do no more than CKM_RSA_X_509.
 *
 * @param engine makes an engine that applies the private key, whatever direction it is told
 * @param key    at least its modulus
 */
public record RsaMechanisms(Supplier<AsymmetricBlockCipher> engine, RSAKeyParameters key) {
    private static final byte PSS_TRAILER = (byte) 0xBC;
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * @throws CryptoException  if the engine fails, or the data does not fit
     * @throws RefusedException MECHANISM_FORBIDDEN, INPUT_INVALID
     */
    public byte[] apply(Operation operation) throws CryptoException, RefusedException {
        try {
            return switch (operation.kind()) {
                case SIGN -> sign(operation);
                case DECRYPT -> decrypt(operation);
                case DERIVE -> throw Unfit.mechanism(operation, "rsa");
            };
        } catch (RuntimeCryptoException | IllegalArgumentException e) {
            throw new CryptoException("the data does not fit the key", e);
        }
    }

    private byte[] sign(Operation operation) throws CryptoException, RefusedException {
        if (operation.mechanism() == Mechanisms.RSA_PKCS) {
            return run(new PKCS1Encoding(engine.get()), true, operation.input());
        }
        if (operation.mechanism() == Mechanisms.RSA_X_509) {
            return run(engine.get(), true, operation.input());
        }
        if (operation.mechanism() == Mechanisms.RSA_PKCS_PSS && operation.parameters() instanceof Parameters.Pss pss) {
            return signPss(operation.input(), pss);
        }
        throw Unfit.mechanism(operation, "rsa");
    }

    private byte[] signPss(byte[] digest, Parameters.Pss pss) throws CryptoException, RefusedException {
        Digest hash = Hashes.of(pss.hash());
        if (digest.length != hash.getDigestSize()) {
            throw new RefusedException(ErrorCode.INPUT_INVALID, "a digest of " + digest.length
                    + " bytes, but the hash of the parameters makes " + hash.getDigestSize());
        }
        PSSSigner signer = PSSSigner.createRawSigner(engine.get(), hash, Hashes.ofMgf(pss.mgf()), pss.saltLength(),
                PSS_TRAILER);
        signer.init(true, new ParametersWithRandom(key, RANDOM));
        signer.update(digest, 0, digest.length);
        return signer.generateSignature();
    }

    private byte[] decrypt(Operation operation) throws CryptoException, RefusedException {
        if (operation.mechanism() == Mechanisms.RSA_PKCS) {
            return run(new PKCS1Encoding(engine.get()), false, operation.input());
        }
        if (operation.mechanism() == Mechanisms.RSA_X_509) {
            // "Encryption" in the engine's words keeps leading zeros; with the private key it is decryption.
            return run(engine.get(), true, operation.input());
        }
        if (operation.mechanism() == Mechanisms.RSA_PKCS_OAEP && operation.parameters() instanceof Parameters.Oaep oaep) {
            return run(new OAEPEncoding(engine.get(), Hashes.of(oaep.hash()), Hashes.ofMgf(oaep.mgf()), oaep.label()),
                    false, operation.input());
        }
        throw Unfit.mechanism(operation, "rsa");
    }

    private byte[] run(AsymmetricBlockCipher cipher, boolean encrypt, byte[] input) throws CryptoException {
        cipher.init(encrypt, new ParametersWithRandom(key, RANDOM));
        return cipher.processBlock(input, 0, input.length);
    }
}
