package org.remotepkcs11.pkcs11.object;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.remotepkcs11.pkcs11.crypto.PlatformRandom;
import org.remotepkcs11.pkcs11.crypto.PublicKeys;
import org.remotepkcs11.pkcs11.crypto.SecretKeys;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.Canonical;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Template;

/** Makes session objects out of templates. Every method may throw what the standard says of templates. */
public final class NewObjects {
    private static final Set<Long> NO_PARTS = Set.of();
    private static final Set<Long> SECRET_PARTS = Set.of(CKA.VALUE, CKA.VALUE_LEN, CKA.CHECK_VALUE);
    private static final int UNIQUE_ID_BYTES = 16;

    /**
     * Where a key comes from.
     *
     * @param generation       mechanism that made it here, or {@code CK_UNAVAILABLE_INFORMATION}
     * @param alwaysSensitive  whether no key it is made of was ever open
     * @param neverExtractable likewise
     */
    public record Lineage(long generation, boolean alwaysSensitive, boolean neverExtractable) {
        /** Known to the application: created or unwrapped. */
        public static final Lineage FOREIGN = new Lineage(CKF.UNAVAILABLE_INFORMATION, false, false);

        /** Made here. */
        public static Lineage generated(long mechanism) {
            return new Lineage(mechanism, true, true);
        }

        /** Made of another key. */
        public static Lineage derived(CryptokiObject base) {
            return new Lineage(CKF.UNAVAILABLE_INFORMATION, base.flag(CKA.ALWAYS_SENSITIVE),
                    base.flag(CKA.NEVER_EXTRACTABLE));
        }
    }

    private NewObjects() {
    }

    /** {@code C_CreateObject}. */
    public static SessionObject create(Template template) {
        long objectClass = Canonical.ulongOf(template.required(CKA.CLASS));
        if (objectClass == CKO.DATA) {
            return finished(ObjectSchema.of(CKO.DATA).complete(template, NO_PARTS), new KeyMaterial.None());
        }
        if (objectClass == CKO.CERTIFICATE) {
            return certificate(template);
        }
        ObjectSchema.of(objectClass);
        long keyType = Canonical.ulongOf(template.required(CKA.KEY_TYPE));
        if (objectClass == CKO.SECRET_KEY) {
            return createdSecret(template, keyType);
        }
        requireAsymmetric(keyType);
        return objectClass == CKO.PUBLIC_KEY
                ? publicKey(template, PublicTemplates.subjectPublicKeyInfo(template, keyType), Lineage.FOREIGN)
                : privateKey(template, PrivateParts.of(template, keyType), Lineage.FOREIGN);
    }

    private static SessionObject createdSecret(Template template, long keyType) {
        byte[] value = template.required(CKA.VALUE);
        if (template.has(CKA.VALUE_LEN)) {
            throw new CkException(CKR.TEMPLATE_INCONSISTENT, "CKA_VALUE_LEN is for keys to be made");
        }
        if (!SecretKeys.lengthFits(keyType, value.length)) {
            throw new CkException(CKR.ATTRIBUTE_VALUE_INVALID, "a key of " + value.length + " bytes");
        }
        return secretKey(template, value, Lineage.FOREIGN);
    }

    private static void requireAsymmetric(long keyType) {
        boolean known = keyType == CKK.RSA || keyType == CKK.EC || keyType == CKK.EC_EDWARDS
                || keyType == CKK.EC_MONTGOMERY;
        if (!known) {
            throw new CkException(CKR.ATTRIBUTE_VALUE_INVALID, "an unknown type of key");
        }
    }

    private static SessionObject certificate(Template template) {
        Map<Long, byte[]> values = ObjectSchema.of(CKO.CERTIFICATE).complete(template, NO_PARTS);
        if (Canonical.ulongOf(values.get(CKA.CERTIFICATE_TYPE)) != CKO.CERTIFICATE_X_509) {
            throw new CkException(CKR.ATTRIBUTE_VALUE_INVALID, "only X.509 certificates");
        }
        new CertificateParts(values.get(CKA.VALUE)).attributes(false).forEach(
                (type, value) -> values.merge(type, value, (given, parsed) -> given.length == 0 ? parsed : given));
        return finished(values, new KeyMaterial.None());
    }

    /** With {@code CKA_CLASS} and {@code CKA_KEY_TYPE} in the template. @param value is copied */
    public static SessionObject secretKey(Template template, byte[] value, Lineage lineage) {
        Map<Long, byte[]> values = ObjectSchema.of(CKO.SECRET_KEY).complete(template, SECRET_PARTS);
        requireClass(values, CKO.SECRET_KEY);
        long keyType = Canonical.ulongOf(values.get(CKA.KEY_TYPE));
        byte[] checkValue = SecretKeys.checkValue(keyType, value);
        boolean wrong = template.bytes(CKA.CHECK_VALUE)
                .filter(given -> given.length > 0 && !Arrays.equals(given, checkValue)).isPresent();
        if (wrong) {
            throw new CkException(CKR.ATTRIBUTE_VALUE_INVALID, "CKA_CHECK_VALUE is of another key");
        }
        boolean unwanted = template.bytes(CKA.CHECK_VALUE).filter(given -> given.length == 0).isPresent();
        values.put(CKA.CHECK_VALUE, unwanted ? new byte[0] : checkValue);
        values.put(CKA.VALUE, value.clone());
        values.put(CKA.VALUE_LEN, Canonical.ulong(value.length));
        return finished(hidden(values, lineage), new KeyMaterial.Secret(value.clone()));
    }

    /** @param key in memory */
    public static SessionObject privateKey(Template template, AsymmetricKeyParameter key, Lineage lineage) {
        long keyType = PublicKeys.algorithm(key).keyType();
        Map<Long, byte[]> values = ObjectSchema.of(CKO.PRIVATE_KEY).complete(template, PrivateParts.types(keyType));
        requireClass(values, CKO.PRIVATE_KEY);
        requireKeyType(values, keyType);
        values.putAll(PrivateParts.attributes(key));
        return finished(hidden(values, lineage), new KeyMaterial.Private(key));
    }

    /** @param subjectPublicKeyInfo DER */
    public static SessionObject publicKey(Template template, byte[] subjectPublicKeyInfo, Lineage lineage) {
        AsymmetricKeyParameter key = PublicKeys.decode(subjectPublicKeyInfo);
        long keyType = PublicKeys.algorithm(key).keyType();
        Map<Long, byte[]> values = ObjectSchema.of(CKO.PUBLIC_KEY).complete(template, PublicTemplates.types(keyType));
        requireClass(values, CKO.PUBLIC_KEY);
        requireKeyType(values, keyType);
        values.putAll(PublicParts.ofPublicKey(subjectPublicKeyInfo));
        return finished(made(values, lineage), new KeyMaterial.Public(key));
    }

    /** {@code CKM_HKDF_DATA}: derived bytes as an object of class data. */
    public static SessionObject data(Template template, byte[] value) {
        Map<Long, byte[]> values = ObjectSchema.of(CKO.DATA).complete(template, Set.of(CKA.VALUE, CKA.VALUE_LEN));
        values.put(CKA.VALUE, value);
        return finished(values, new KeyMaterial.None());
    }

    private static void requireClass(Map<Long, byte[]> values, long objectClass) {
        if (Canonical.ulongOf(values.get(CKA.CLASS)) != objectClass) {
            throw new CkException(CKR.TEMPLATE_INCONSISTENT, "CKA_CLASS is of another kind of object");
        }
    }

    private static void requireKeyType(Map<Long, byte[]> values, long keyType) {
        if (Canonical.ulongOf(values.get(CKA.KEY_TYPE)) != keyType) {
            throw new CkException(CKR.TEMPLATE_INCONSISTENT, "CKA_KEY_TYPE is of another kind of key");
        }
    }

    private static Map<Long, byte[]> hidden(Map<Long, byte[]> values, Lineage lineage) {
        boolean sensitive = Canonical.boolOf(values.get(CKA.SENSITIVE));
        boolean extractable = Canonical.boolOf(values.get(CKA.EXTRACTABLE));
        values.put(CKA.ALWAYS_SENSITIVE, Canonical.bool(lineage.alwaysSensitive() && sensitive));
        values.put(CKA.NEVER_EXTRACTABLE, Canonical.bool(lineage.neverExtractable() && !extractable));
        return made(values, lineage);
    }

    private static Map<Long, byte[]> made(Map<Long, byte[]> values, Lineage lineage) {
        values.put(CKA.LOCAL, Canonical.bool(lineage.generation() != CKF.UNAVAILABLE_INFORMATION));
        values.put(CKA.KEY_GEN_MECHANISM, Canonical.ulong(lineage.generation()));
        return values;
    }

    private static SessionObject finished(Map<Long, byte[]> values, KeyMaterial material) {
        values.put(CKA.UNIQUE_ID, uniqueId());
        return new SessionObject(values, material);
    }

    static byte[] uniqueId() {
        String id = HexFormat.of().formatHex(PlatformRandom.bytes(UNIQUE_ID_BYTES));
        return id.getBytes(StandardCharsets.US_ASCII);
    }
}
