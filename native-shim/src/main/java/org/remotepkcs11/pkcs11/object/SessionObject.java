package org.remotepkcs11.pkcs11.object;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.Canonical;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Template;

/** An object that one application made; it lives as long as the session that made it. */
public final class SessionObject implements CryptokiObject {
    private final long objectClass;
    private final KeyMaterial material;
    private volatile Map<Long, byte[]> attributes;

    SessionObject(Map<Long, byte[]> attributes, KeyMaterial material) {
        this.attributes = Map.copyOf(attributes);
        this.objectClass = Canonical.ulongOf(attributes.get(CKA.CLASS));
        this.material = material;
    }

    @Override
    public long objectClass() {
        return objectClass;
    }

    @Override
    public boolean isToken() {
        return false;
    }

    @Override
    public boolean isPrivate() {
        return flag(CKA.PRIVATE);
    }

    @Override
    public Optional<byte[]> attribute(long type) {
        return Optional.ofNullable(attributes.get(type));
    }

    @Override
    public KeyMaterial material() {
        return material;
    }

    @Override
    public long size() {
        return AttributeMap.size(attributes);
    }

    /** {@code C_SetAttributeValue}: all of it or nothing. @throws CkException {@code CKR_ATTRIBUTE_READ_ONLY} … */
    public synchronized void change(Template changes) {
        if (!flag(CKA.MODIFIABLE)) {
            throw new CkException(CKR.ACTION_PROHIBITED, "CKA_MODIFIABLE is false");
        }
        attributes = Map.copyOf(ObjectSchema.of(objectClass).changed(attributes, changes, false));
    }

    /** {@code C_CopyObject}. @throws CkException {@code CKR_ACTION_PROHIBITED}, {@code CKR_ATTRIBUTE_READ_ONLY} … */
    public SessionObject copy(Template changes) {
        if (!flag(CKA.COPYABLE)) {
            throw new CkException(CKR.ACTION_PROHIBITED, "CKA_COPYABLE is false");
        }
        Map<Long, byte[]> copied = ObjectSchema.of(objectClass).changed(attributes, changes, true);
        copied.put(CKA.UNIQUE_ID, NewObjects.uniqueId());
        KeyMaterial copiedMaterial = material instanceof KeyMaterial.Secret secret
                ? new KeyMaterial.Secret(secret.value().clone()) : material;
        return new SessionObject(copied, copiedMaterial);
    }

    /** Wipes the key. */
    public void wipe() {
        if (material instanceof KeyMaterial.Secret secret) {
            Arrays.fill(secret.value(), (byte) 0);
            attribute(CKA.VALUE).ifPresent(value -> Arrays.fill(value, (byte) 0));
        }
    }
}
