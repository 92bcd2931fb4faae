package org.remotepkcs11.pkcs11.application;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.remotepkcs11.pkcs11.crypto.AgreementKdf;
import org.remotepkcs11.pkcs11.crypto.Derivations;
import org.remotepkcs11.pkcs11.crypto.PublicKeys;
import org.remotepkcs11.pkcs11.crypto.RawPrivateKey;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.MechanismParameter;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.pkcs11.object.CryptokiObject;
import org.remotepkcs11.pkcs11.object.NewObjects;
import org.remotepkcs11.pkcs11.object.NewObjects.Lineage;
import org.remotepkcs11.pkcs11.object.SessionObject;
import org.remotepkcs11.pkcs11.table.Attribute;
import org.remotepkcs11.wire.Operation;

/** {@code C_DeriveKey}. */
record Deriving(Mechanism mechanism, CryptokiObject base, KeyAccess access) {
    SessionObject derive(Template template) {
        if (mechanism.type() == CKM.HKDF_DATA) {
            return data(template);
        }
        SecretTemplate secret = SecretTemplate.of(template, CKK.GENERIC_SECRET);
        byte[] value = value(secret);
        try {
            return secret.keyOf(value, Lineage.derived(base));
        } finally {
            Arrays.fill(value, (byte) 0);
        }
    }

    private SessionObject data(Template template) {
        if (template.ulong(CKA.CLASS).orElse(CKO.DATA) != CKO.DATA) {
            throw new CkException(CKR.TEMPLATE_INCONSISTENT, "CKA_CLASS is not CKO_DATA");
        }
        OptionalInt wanted = new SecretTemplate(template, CKK.GENERIC_SECRET).length();
        byte[] value = Derivations.derive(mechanism, KeyAccess.secret(base), wanted, this::otherSecret);
        return NewObjects.data(template.with(Attribute.ofUlong(CKA.CLASS, CKO.DATA)), value);
    }

    private byte[] value(SecretTemplate secret) {
        if (mechanism.type() == CKM.ECDH1_DERIVE || mechanism.type() == CKM.ECDH1_COFACTOR_DERIVE) {
            return agreed(secret);
        }
        KeyAccess.require(base.objectClass() == CKO.SECRET_KEY && Derivations.fits(mechanism.type(), base.keyType()));
        return Derivations.derive(mechanism, KeyAccess.secret(base), secret.length(), this::otherSecret);
    }

    private byte[] otherSecret(long handle) {
        return KeyAccess.secret(access.key(handle));
    }

    private byte[] agreed(SecretTemplate secret) {
        return agreed(mechanism.parameter(MechanismParameter.Ecdh.class), secret);
    }

    /** @param ecdh its public data is the other party's: the point, bare or in an OCTET STRING */
    byte[] agreed(MechanismParameter.Ecdh ecdh, SecretTemplate secret) {
        KeyAccess.require(base.keyType() == CKK.EC || base.keyType() == CKK.EC_MONTGOMERY);
        RawPrivateKey key = access.privateKey(base, Optional.empty());
        if (!key.can(Operation.Kind.DERIVE, CKM.ECDH1_DERIVE)) {
            throw new CkException(CKR.MECHANISM_INVALID, "the card does not know it");
        }
        OptionalInt length = secret.length();
        AgreementKdf.check(ecdh, length, PublicKeys.sharedSecretBytes(key.publicKey()));
        byte[] point = PublicKeys.point(key.publicKey(), ecdh.publicData());
        byte[] shared = key.apply(Operation.Kind.DERIVE, CKM.ECDH1_DERIVE, new Operation.Parameters.Ecdh(point),
                new byte[0]);
        try {
            return AgreementKdf.apply(ecdh, shared, length);
        } finally {
            Arrays.fill(shared, (byte) 0);
        }
    }
}
