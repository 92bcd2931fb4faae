package org.remotepkcs11.pkcs11.crypto;

import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.crypto.Mac;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.engines.DESedeEngine;
import org.bouncycastle.crypto.macs.CBCBlockCipherMac;
import org.bouncycastle.crypto.macs.CMac;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.MechanismParameter;

/** MACs with secret keys: HMAC, CMAC and CBC-MAC. */
public final class Macs {
    private static final int BLOCK_BITS = 128;

    private Macs() {
    }

    /** A hash of an HMAC mechanism, plain or {@code _GENERAL}. */
    public static Optional<DigestAlgorithm> hmac(long type) {
        return Stream.of(DigestAlgorithm.values())
                .filter(digest -> digest.hmac() == type || digest.hmacGeneral() == type).findAny();
    }

    /** Whether keys of that {@code CKA_KEY_TYPE} make this MAC. */
    public static boolean fits(long type, long keyType) {
        Optional<DigestAlgorithm> hmac = hmac(type);
        if (hmac.isPresent()) {
            return keyType == CKK.GENERIC_SECRET || keyType == hmac.get().hmacKeyType();
        }
        boolean tripleDes = type == CKM.DES3_CMAC || type == CKM.DES3_CMAC_GENERAL;
        return tripleDes ? keyType == CKK.DES3 || keyType == CKK.DES2 : keyType == CKK.AES;
    }

    /** @throws CkException {@code CKR_MECHANISM_PARAM_INVALID} */
    public static Signer signer(Mechanism mechanism, byte[] key) {
        return new MacSigner(start(mechanism, key), length(mechanism));
    }

    /** @throws CkException {@code CKR_MECHANISM_PARAM_INVALID} */
    public static Verifier verifier(Mechanism mechanism, byte[] key) {
        return new MacVerifier(new MacSigner(start(mechanism, key), length(mechanism)));
    }

    private static Mac start(Mechanism mechanism, byte[] key) {
        Mac mac = unkeyed(mechanism.type());
        try {
            mac.init(new KeyParameter(key));
        } catch (IllegalArgumentException e) {
            throw new CkException(CKR.KEY_SIZE_RANGE, "the key has a wrong length", e);
        }
        return mac;
    }

    private static Mac unkeyed(long type) {
        Optional<DigestAlgorithm> hmac = hmac(type);
        if (hmac.isPresent()) {
            return new HMac(hmac.get().start());
        }
        if (type == CKM.AES_MAC || type == CKM.AES_MAC_GENERAL) {
            return new CBCBlockCipherMac(AESEngine.newInstance(), BLOCK_BITS);
        }
        boolean tripleDes = type == CKM.DES3_CMAC || type == CKM.DES3_CMAC_GENERAL;
        return new CMac(tripleDes ? new DESedeEngine() : AESEngine.newInstance());
    }

    private static int length(Mechanism mechanism) {
        long type = mechanism.type();
        int full = unkeyed(type).getMacSize();
        Optional<DigestAlgorithm> hmac = hmac(type);
        boolean general = hmac.map(digest -> digest.hmacGeneral() == type).orElse(
                type == CKM.AES_CMAC_GENERAL || type == CKM.AES_MAC_GENERAL || type == CKM.DES3_CMAC_GENERAL);
        if (general) {
            long length = mechanism.parameter(MechanismParameter.Ulong.class).value();
            if (length < 1 || length > full) {
                throw new CkException(CKR.MECHANISM_PARAM_INVALID, "a MAC of " + length + " bytes");
            }
            return (int) length;
        }
        mechanism.requireNoParameter();
        // PKCS #11 v3.2 section 6.16: the plain block MAC is half a block.
        return type == CKM.AES_MAC ? full / 2 : full;
    }
}
