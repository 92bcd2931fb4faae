package org.remotepkcs11.pkcs11.application;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.remotepkcs11.pkcs11.crypto.PrivateKeys;
import org.remotepkcs11.pkcs11.crypto.Transformation;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.Canonical;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.pkcs11.object.CryptokiObject;
import org.remotepkcs11.pkcs11.object.NewObjects;
import org.remotepkcs11.pkcs11.object.NewObjects.Lineage;
import org.remotepkcs11.pkcs11.object.SessionObject;

/** {@code C_UnwrapKey}. */
record Unwrapping(Mechanism mechanism, CryptokiObject key, KeyAccess access) {
    SessionObject unwrap(byte[] wrapped, Template template) {
        long objectClass = Canonical.ulongOf(template.required(CKA.CLASS));
        long keyType = Canonical.ulongOf(template.required(CKA.KEY_TYPE));
        if (objectClass != CKO.SECRET_KEY && objectClass != CKO.PRIVATE_KEY) {
            throw new CkException(CKR.TEMPLATE_INCONSISTENT, "only secret and private keys are wrapped");
        }
        Optional<SecretTemplate> secret = objectClass == CKO.SECRET_KEY
                ? Optional.of(SecretTemplate.of(template, keyType)) : Optional.empty();
        byte[] plain = decrypted(wrapped);
        try {
            return secret.isPresent() ? secret.get().keyOf(cut(plain, secret.get()), Lineage.FOREIGN)
                    : NewObjects.privateKey(template, PrivateKeys.decode(plain), Lineage.FOREIGN);
        } catch (CkException e) {
            throw e.returnValue() == CKR.KEY_SIZE_RANGE
                    ? new CkException(CKR.WRAPPED_KEY_INVALID, "of another length than its type has", e) : e;
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private byte[] decrypted(byte[] wrapped) {
        try {
            Transformation cipher = CipherFunctions.decryption(mechanism, key, access, Optional.empty());
            byte[] first = cipher.update(wrapped);
            byte[] last = cipher.finish();
            byte[] plain = Arrays.copyOf(first, first.length + last.length);
            System.arraycopy(last, 0, plain, first.length, last.length);
            return plain;
        } catch (CkException e) {
            throw translated(e);
        }
    }

    private static CkException translated(CkException e) {
        if (e.returnValue() == CKR.ENCRYPTED_DATA_INVALID) {
            return new CkException(CKR.WRAPPED_KEY_INVALID, "not wrapped for this key", e);
        }
        if (e.returnValue() == CKR.ENCRYPTED_DATA_LEN_RANGE) {
            return new CkException(CKR.WRAPPED_KEY_LEN_RANGE, "not a length of this mechanism", e);
        }
        return e.returnValue() == CKR.KEY_TYPE_INCONSISTENT
                ? new CkException(CKR.UNWRAPPING_KEY_TYPE_INCONSISTENT) : e;
    }

    /** Mechanisms that pad with zeros do not know the key's length; RSA without a format pads in front. */
    private byte[] cut(byte[] plain, SecretTemplate secret) {
        OptionalInt length = secret.length();
        if (length.isEmpty() || length.getAsInt() == plain.length) {
            return plain;
        }
        int wanted = length.getAsInt();
        boolean zeroPadded = mechanism.type() == CKM.AES_ECB || mechanism.type() == CKM.AES_CBC
                || mechanism.type() == CKM.DES3_ECB || mechanism.type() == CKM.DES3_CBC;
        if (zeroPadded && wanted < plain.length) {
            return Arrays.copyOf(plain, wanted);
        }
        if (mechanism.type() == CKM.RSA_X_509 && wanted < plain.length) {
            return Arrays.copyOfRange(plain, plain.length - wanted, plain.length);
        }
        throw new CkException(CKR.WRAPPED_KEY_LEN_RANGE, "the wrapped key has " + plain.length + " bytes");
    }
}
