package org.remotepkcs11.pkcs11.application;

import java.math.BigInteger;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.remotepkcs11.pkcs11.crypto.EcParameters;
import org.remotepkcs11.pkcs11.crypto.PrivateKeys;
import org.remotepkcs11.pkcs11.crypto.PublicKeys;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.Canonical;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.pkcs11.object.NewObjects;
import org.remotepkcs11.pkcs11.object.NewObjects.Lineage;
import org.remotepkcs11.pkcs11.object.SessionObject;
import org.remotepkcs11.pkcs11.table.Attribute;

/** {@code C_GenerateKeyPair}. */
record KeyPairGeneration(long mechanism, Template publicTemplate, Template privateTemplate) {
    private static final byte[] F4 = {1, 0, 1};

    /** The two objects. */
    record Made(SessionObject publicKey, SessionObject privateKey) {
    }

    /** With its class, which need not be said. @throws CkException {@code CKR_TEMPLATE_INCONSISTENT} */
    static Template classed(Template template, long objectClass) {
        if (template.ulong(CKA.CLASS).orElse(objectClass) != objectClass) {
            throw new CkException(CKR.TEMPLATE_INCONSISTENT, "CKA_CLASS is of the other key");
        }
        return template.with(Attribute.ofUlong(CKA.CLASS, objectClass));
    }

    Made make() {
        AsymmetricKeyParameter key = mechanism == CKM.RSA_PKCS_KEY_PAIR_GEN ? rsa() : curve();
        long keyType = PublicKeys.algorithm(key).keyType();
        byte[] publicKey = PublicKeys.encode(PrivateKeys.raw(key).publicKey());
        Lineage lineage = Lineage.generated(mechanism);
        return new Made(NewObjects.publicKey(typed(publicTemplate, keyType), publicKey, lineage),
                NewObjects.privateKey(typed(privateTemplate, keyType), key, lineage));
    }

    private AsymmetricKeyParameter rsa() {
        long bits = Canonical.ulongOf(publicTemplate.required(CKA.MODULUS_BITS));
        return PrivateKeys.generateRsa(bits, new BigInteger(1, publicTemplate.bytes(CKA.PUBLIC_EXPONENT).orElse(F4)));
    }

    private AsymmetricKeyParameter curve() {
        EcParameters parameters = EcParameters.decode(publicTemplate.required(CKA.EC_PARAMS));
        long wanted = mechanism == CKM.EC_KEY_PAIR_GEN ? CKK.EC
                : mechanism == CKM.EC_EDWARDS_KEY_PAIR_GEN ? CKK.EC_EDWARDS : CKK.EC_MONTGOMERY;
        if (parameters.algorithm().keyType() != wanted) {
            throw new CkException(CKR.CURVE_NOT_SUPPORTED, "the curve is of another mechanism");
        }
        return PrivateKeys.generate(parameters);
    }

    private static Template typed(Template template, long keyType) {
        if (template.ulong(CKA.KEY_TYPE).orElse(keyType) != keyType) {
            throw new CkException(CKR.TEMPLATE_INCONSISTENT, "CKA_KEY_TYPE is of another mechanism");
        }
        return template.with(Attribute.ofUlong(CKA.KEY_TYPE, keyType));
    }
}
