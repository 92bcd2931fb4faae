package org.remotepkcs11.pkcs11.object;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.wire.CertificateObject;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RemoteCard;

/**
 * The objects of one remote card in one snapshot: its certificates, each private key, a public key for each private
 * key, and the profiles that the module conforms to.
 */
public final class CardObjects {
    private static final System.Logger LOG = System.getLogger(CardObjects.class.getName());
    private static final List<Long> PROFILES = List.of(CKO.PROFILE_BASELINE_PROVIDER, CKO.PROFILE_EXTENDED_PROVIDER,
            CKO.PROFILE_AUTHENTICATION_TOKEN, CKO.PROFILE_PUBLIC_CERTIFICATES_TOKEN);

    private final Map<String, TokenObject> byUniqueId = new LinkedHashMap<>();
    private final Map<Long, List<TokenObject>> byClass = new HashMap<>();

    private CardObjects() {
    }

    public static CardObjects of(RemoteCard card) {
        CardObjects objects = new CardObjects();
        Map<Id, List<PrivateKeyObject>> keys = new HashMap<>();
        Map<Id, List<CertificateObject>> certificates = new HashMap<>();
        card.keys().forEach(key -> keys.computeIfAbsent(key.id(), id -> new ArrayList<>()).add(key));
        for (CertificateObject certificate : card.certificates()) {
            certificates.computeIfAbsent(certificate.id(), id -> new ArrayList<>()).add(certificate);
        }
        for (CertificateObject certificate : card.certificates()) {
            objects.add(certificate(card, certificate, keys.getOrDefault(certificate.id(), List.of())));
        }
        for (PrivateKeyObject key : card.keys()) {
            try {
                KeyObjects pair = new KeyObjects(card, key, certificates.getOrDefault(key.id(), List.of()));
                objects.add(pair.publicKey());
                objects.add(pair.privateKey());
            } catch (CkException e) {
                LOG.log(System.Logger.Level.WARNING, "key {0} of {1} is not shown: {2}", key.fingerprint(),
                        card.token().label(), e.getMessage());
            }
        }
        PROFILES.forEach(profile -> objects.add(profile(card, profile)));
        return objects;
    }

    /** In the order of the card: certificates, then keys. Only what matches the template; private ones included. */
    public List<TokenObject> matching(Template template) {
        List<TokenObject> candidates = template.ulong(CKA.CLASS).map(this::ofClass)
                .orElseGet(() -> new ArrayList<>(byUniqueId.values()));
        return candidates.stream().filter(object -> object.matches(template)).toList();
    }

    public Optional<TokenObject> withUniqueId(String uniqueId) {
        return Optional.ofNullable(byUniqueId.get(uniqueId));
    }

    private List<TokenObject> ofClass(long objectClass) {
        return byClass.getOrDefault(objectClass, Collections.emptyList());
    }

    private void add(TokenObject object) {
        if (byUniqueId.putIfAbsent(object.uniqueId(), object) == null) {
            byClass.computeIfAbsent(object.objectClass(), type -> new ArrayList<>()).add(object);
        }
    }

    private static TokenObject certificate(RemoteCard card, CertificateObject certificate,
                                           List<PrivateKeyObject> keys) {
        Map<Long, byte[]> first = common(UniqueIds.of(card, "certificate", certificate.id().bytes(), certificate.der()),
                CKO.CERTIFICATE).put(CKA.PRIVATE, false).put(CKA.LABEL, certificate.label())
                .put(CKA.ID, certificate.id().bytes()).put(CKA.VALUE, certificate.der()).build();
        return new TokenObject(first, () -> parsed(certificate, keys), KeyMaterial.None::new);
    }

    private static Map<Long, byte[]> parsed(CertificateObject certificate, List<PrivateKeyObject> keys) {
        try {
            CertificateParts parts = new CertificateParts(certificate.der());
            byte[] publicKey = parts.publicKey();
            return parts.attributes(keys.stream().anyMatch(key -> Arrays.equals(key.publicKey(), publicKey)));
        } catch (CkException e) {
            LOG.log(System.Logger.Level.WARNING, "certificate {0}: {1}", certificate.label(), e.getMessage());
            return Map.of(CKA.CERTIFICATE_TYPE, new byte[Long.BYTES]);
        }
    }

    private static TokenObject profile(RemoteCard card, long profile) {
        byte[] number = Long.toString(profile).getBytes(StandardCharsets.US_ASCII);
        Map<Long, byte[]> all = common(UniqueIds.of(card, "profile", number), CKO.PROFILE).put(CKA.PRIVATE, false)
                .put(CKA.LABEL, "").put(CKA.PROFILE_ID, profile).build();
        return new TokenObject(all, Map::of, KeyMaterial.None::new);
    }

    /** Nothing on a card can be changed, copied or destroyed by its users. */
    static AttributeMap common(String uniqueId, long objectClass) {
        return new AttributeMap().put(CKA.UNIQUE_ID, uniqueId).put(CKA.CLASS, objectClass).put(CKA.TOKEN, true)
                .put(CKA.MODIFIABLE, false).put(CKA.COPYABLE, false).put(CKA.DESTROYABLE, false);
    }
}
