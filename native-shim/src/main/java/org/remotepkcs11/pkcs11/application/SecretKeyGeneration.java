package org.remotepkcs11.pkcs11.application;

import java.util.Map;
import org.remotepkcs11.pkcs11.crypto.Derivations;
import org.remotepkcs11.pkcs11.crypto.SecretKeys;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.MechanismParameter;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.pkcs11.object.NewObjects.Lineage;
import org.remotepkcs11.pkcs11.object.SessionObject;

/** {@code C_GenerateKey}. */
final class SecretKeyGeneration {
    private static final Map<Long, Long> KEY_TYPES = Map.of(CKM.AES_KEY_GEN, CKK.AES, CKM.DES2_KEY_GEN, CKK.DES2,
            CKM.DES3_KEY_GEN, CKK.DES3, CKM.GENERIC_SECRET_KEY_GEN, CKK.GENERIC_SECRET, CKM.HKDF_KEY_GEN, CKK.HKDF,
            CKM.CHACHA20_KEY_GEN, CKK.CHACHA20, CKM.PKCS5_PBKD2, CKK.GENERIC_SECRET);

    private SecretKeyGeneration() {
    }

    static SessionObject generate(Mechanism mechanism, Template template) {
        long type = mechanism.type();
        long keyType = KEY_TYPES.get(type);
        SecretTemplate secret = SecretTemplate.of(template, keyType);
        boolean fits = secret.keyType() == keyType || type == CKM.PKCS5_PBKD2
                || type == CKM.GENERIC_SECRET_KEY_GEN && secret.isGeneric();
        if (!fits) {
            throw new CkException(CKR.TEMPLATE_INCONSISTENT, "CKA_KEY_TYPE is of another mechanism");
        }
        int length = secret.requiredLength();
        if (type == CKM.PKCS5_PBKD2) {
            byte[] derived = Derivations.pbkdf2(mechanism.parameter(MechanismParameter.Pbkd2.class), length);
            return secret.keyOf(derived, Lineage.generated(type));
        }
        mechanism.requireNoParameter();
        return secret.keyOf(SecretKeys.generate(secret.keyType(), length), Lineage.generated(type));
    }
}
