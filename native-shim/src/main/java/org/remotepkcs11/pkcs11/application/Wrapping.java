package org.remotepkcs11.pkcs11.application;

import java.util.Arrays;
import org.remotepkcs11.pkcs11.crypto.PrivateKeys;
import org.remotepkcs11.pkcs11.crypto.Transformation;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.Output;
import org.remotepkcs11.pkcs11.object.CryptokiObject;
import org.remotepkcs11.pkcs11.object.KeyMaterial;

/** {@code C_WrapKey}. */
final class Wrapping {
    private static final int AES_BLOCK = 16;
    private static final int DES_BLOCK = 8;

    private Wrapping() {
    }

    /** @param key must be extractable */
    static void wrap(Mechanism mechanism, CryptokiObject wrappingKey, CryptokiObject key, Output out) {
        byte[] plain = plain(key, wrappingKey);
        try {
            byte[] padded = padded(mechanism.type(), plain, key);
            Transformation cipher = transformation(mechanism, wrappingKey);
            if (out.wants(cipher.outputLength(padded.length))) {
                byte[] first = cipher.update(padded);
                byte[] last = cipher.finish();
                byte[] wrapped = Arrays.copyOf(first, first.length + last.length);
                System.arraycopy(last, 0, wrapped, first.length, last.length);
                out.put(wrapped);
            }
        } catch (CkException e) {
            throw e.returnValue() == CKR.DATA_LEN_RANGE
                    ? new CkException(CKR.KEY_SIZE_RANGE, "the mechanism does not take keys of this length", e) : e;
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private static Transformation transformation(Mechanism mechanism, CryptokiObject wrappingKey) {
        try {
            return CipherFunctions.encryption(mechanism, wrappingKey);
        } catch (CkException e) {
            throw e.returnValue() == CKR.KEY_TYPE_INCONSISTENT
                    ? new CkException(CKR.WRAPPING_KEY_TYPE_INCONSISTENT) : e;
        }
    }

    private static byte[] plain(CryptokiObject key, CryptokiObject wrappingKey) {
        if (key.material() instanceof KeyMaterial.Public) {
            throw new CkException(CKR.KEY_NOT_WRAPPABLE);
        }
        if (!key.flag(CKA.EXTRACTABLE)) {
            throw new CkException(CKR.KEY_UNEXTRACTABLE);
        }
        if (key.flag(CKA.WRAP_WITH_TRUSTED) && !wrappingKey.flag(CKA.TRUSTED)) {
            throw new CkException(CKR.KEY_NOT_WRAPPABLE, "only by a trusted key");
        }
        if (key.material() instanceof KeyMaterial.Private local) {
            return PrivateKeys.encode(local.key());
        }
        return KeyAccess.secret(key).clone();
    }

    /** ECB and CBC fill a secret key's last block with zeros; PKCS #11 v3.2 sections 6.8.4 and 6.8.5. */
    private static byte[] padded(long type, byte[] plain, CryptokiObject key) {
        boolean secret = key.material() instanceof KeyMaterial.Secret;
        int block = type == CKM.AES_ECB || type == CKM.AES_CBC ? AES_BLOCK
                : type == CKM.DES3_ECB || type == CKM.DES3_CBC ? DES_BLOCK : 1;
        return secret ? Arrays.copyOf(plain, (plain.length + block - 1) / block * block) : plain;
    }
}
