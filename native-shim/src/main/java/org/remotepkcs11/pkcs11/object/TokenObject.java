package org.remotepkcs11.pkcs11.object;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.Canonical;
import org.remotepkcs11.pkcs11.cryptoki.CkException;

/**
 * An object of a remote card. What searches look at first is there at once; the rest is parsed when first asked for,
 * since a card may hold thousands of certificates. Immutable to its users, shared by all applications.
 */
public final class TokenObject implements CryptokiObject {
    private static final System.Logger LOG = System.getLogger(TokenObject.class.getName());

    private final String uniqueId;
    private final long objectClass;
    private final boolean isPrivate;
    private final Supplier<KeyMaterial> material;
    private final Map<Long, byte[]> first;
    private final Supplier<Map<Long, byte[]>> parse;
    private volatile Map<Long, byte[]> rest;

    /** @param first includes {@code CKA_UNIQUE_ID}, {@code CKA_CLASS} and {@code CKA_PRIVATE} */
    TokenObject(Map<Long, byte[]> first, Supplier<Map<Long, byte[]>> parse, Supplier<KeyMaterial> material) {
        this.first = first;
        this.parse = parse;
        this.material = material;
        this.uniqueId = new String(first.get(CKA.UNIQUE_ID), StandardCharsets.UTF_8);
        this.objectClass = Canonical.ulongOf(first.get(CKA.CLASS));
        this.isPrivate = Canonical.boolOf(first.get(CKA.PRIVATE));
    }

    /** {@code CKA_UNIQUE_ID}: the same for ever for the same object of the same card. */
    public String uniqueId() {
        return uniqueId;
    }

    @Override
    public long objectClass() {
        return objectClass;
    }

    @Override
    public boolean isToken() {
        return true;
    }

    @Override
    public boolean isPrivate() {
        return isPrivate;
    }

    @Override
    public Optional<byte[]> attribute(long type) {
        byte[] value = first.get(type);
        return Optional.ofNullable(value == null ? rest().get(type) : value);
    }

    @Override
    public KeyMaterial material() {
        return material.get();
    }

    @Override
    public long size() {
        return AttributeMap.size(first) + AttributeMap.size(rest());
    }

    private Map<Long, byte[]> rest() {
        Map<Long, byte[]> parsed = rest;
        if (parsed == null) {
            parsed = parsed();
            rest = parsed;
        }
        return parsed;
    }

    /** One object that cannot be read must not spoil a search among all. */
    private Map<Long, byte[]> parsed() {
        try {
            return parse.get();
        } catch (CkException e) {
            LOG.log(System.Logger.Level.WARNING, "object {0} is only shown in part: {1}", uniqueId, e.getMessage());
            return Map.of();
        }
    }

    @Override
    public String toString() {
        return uniqueId;
    }
}
