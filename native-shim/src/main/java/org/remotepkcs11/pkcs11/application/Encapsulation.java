package org.remotepkcs11.pkcs11.application;

import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.remotepkcs11.pkcs11.crypto.AgreementKdf;
import org.remotepkcs11.pkcs11.crypto.EphemeralAgreement;
import org.remotepkcs11.pkcs11.crypto.PublicKeys;
import org.remotepkcs11.pkcs11.crypto.RsaCiphers;
import org.remotepkcs11.pkcs11.crypto.SecretKeys;
import org.remotepkcs11.pkcs11.crypto.Transformation;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.MechanismParameter;
import org.remotepkcs11.pkcs11.cryptoki.Output;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.pkcs11.object.CryptokiObject;
import org.remotepkcs11.pkcs11.object.NewObjects.Lineage;
import org.remotepkcs11.pkcs11.object.SessionObject;

/** {@code C_EncapsulateKey} and {@code C_DecapsulateKey}: with RSA, and with ECDH and a key pair for the occasion. */
final class Encapsulation {
    private Encapsulation() {
    }

    /** @param out the ciphertext. @return empty where only the length was asked */
    static Optional<SessionObject> encapsulate(Mechanism mechanism, CryptokiObject key, Template template, Output out) {
        SecretTemplate secret = SecretTemplate.of(template, CKK.GENERIC_SECRET);
        AsymmetricKeyParameter publicKey = KeyAccess.publicKey(key).key();
        if (mechanism.type() != CKM.ECDH1_DERIVE) {
            KeyAccess.require(key.keyType() == CKK.RSA);
            return byRsa(mechanism, (RSAKeyParameters) publicKey, secret, out);
        }
        KeyAccess.require(key.keyType() == CKK.EC || key.keyType() == CKK.EC_MONTGOMERY);
        MechanismParameter.Ecdh ecdh = agreement(mechanism);
        AgreementKdf.check(ecdh, secret.length(), PublicKeys.sharedSecretBytes(publicKey));
        EphemeralAgreement ephemeral = EphemeralAgreement.with(publicKey);
        if (!out.wants(ephemeral.publicValue().length)) {
            return Optional.empty();
        }
        byte[] value = AgreementKdf.apply(ecdh, ephemeral.sharedSecret(), secret.length());
        out.put(ephemeral.publicValue());
        return Optional.of(made(value, secret, key));
    }

    private static Optional<SessionObject> byRsa(Mechanism mechanism, RSAKeyParameters key, SecretTemplate secret,
                                                 Output out) {
        Transformation cipher = RsaCiphers.encryption(mechanism, key);
        if (!out.wants(cipher.outputLength(0))) {
            return Optional.empty();
        }
        byte[] value = SecretKeys.generate(secret.keyType(), secret.requiredLength());
        try {
            cipher.update(value);
            byte[] ciphertext = cipher.finish();
            SessionObject made = secret.keyOf(value, Lineage.generated(mechanism.type()));
            out.put(ciphertext);
            return Optional.of(made);
        } finally {
            Arrays.fill(value, (byte) 0);
        }
    }

    static SessionObject decapsulate(Mechanism mechanism, CryptokiObject key, KeyAccess access, byte[] ciphertext,
                                     Template template) {
        if (mechanism.type() != CKM.ECDH1_DERIVE) {
            Template typed = SecretTemplate.of(template, CKK.GENERIC_SECRET).template();
            return new Unwrapping(mechanism, key, access).unwrap(ciphertext, typed);
        }
        MechanismParameter.Ecdh ecdh = agreement(mechanism);
        SecretTemplate secret = SecretTemplate.of(template, CKK.GENERIC_SECRET);
        byte[] value = new Deriving(mechanism, key, access)
                .agreed(new MechanismParameter.Ecdh(ecdh.kdf(), ecdh.sharedData(), ciphertext), secret);
        return made(value, secret, key);
    }

    private static SessionObject made(byte[] value, SecretTemplate secret, CryptokiObject key) {
        try {
            return secret.keyOf(value, Lineage.derived(key));
        } finally {
            Arrays.fill(value, (byte) 0);
        }
    }

    private static MechanismParameter.Ecdh agreement(Mechanism mechanism) {
        MechanismParameter.Ecdh ecdh = mechanism.parameter(MechanismParameter.Ecdh.class);
        if (ecdh.publicData().length > 0) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID, "the public data is the ciphertext");
        }
        return ecdh;
    }
}
