package org.remotepkcs11.pkcs11.application;

import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.remotepkcs11.pkcs11.crypto.KeyVerifier;
import org.remotepkcs11.pkcs11.crypto.PublicKeys;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Output;

/** A signature whose data will be recovered. @param type {@code CKM_RSA_PKCS} or {@code CKM_RSA_X_509} */
record RecoverOperation(RSAKeyParameters key, long type) {
    void recover(byte[] signature, Output out) {
        if (signature.length != PublicKeys.signatureBytes(key)) {
            throw new CkException(CKR.SIGNATURE_LEN_RANGE);
        }
        out.put(KeyVerifier.recover(key, type, signature));
    }
}
