package org.remotepkcs11.proxy.cards;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.remotepkcs11.wire.CertificateObject;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RemoteCard;

/**
 * What a card shows.
 *
 * @param source       {@code READER:SERIAL}
 * @param token        as {@code CK_TOKEN_INFO} shows it
 * @param certificates with the card's own CKA_ID and CKA_LABEL
 * @param keys         private keys whose public part is known
 * @param mechanisms   those of {@link org.remotepkcs11.wire.Mechanisms} that the card can do
 * @param pinState     of the card's own PIN
 * @param complete     whether private objects were seen too, because the card was unlocked since it came
 */
public record CardDescription(String source, RemoteCard.Token token, List<CertificateObject> certificates,
                              List<PrivateKeyObject> keys, Set<Long> mechanisms, PinState pinState,
                              boolean complete) {
    public CardDescription {
        certificates = List.copyOf(certificates);
        keys = List.copyOf(keys);
        mechanisms = Set.copyOf(mechanisms);
    }

    /** Adds what is hidden now but was seen before: where both know an object, its attributes seen unlocked count. */
    CardDescription completedBy(CardDescription before) {
        if (complete) {
            return this;
        }
        Map<Id, PrivateKeyObject> allKeys = new LinkedHashMap<>();
        keys.forEach(key -> allKeys.put(key.fingerprint(), key));
        before.keys.forEach(key -> allKeys.put(key.fingerprint(), key));
        Set<Id> shown = certificates.stream().map(CertificateObject::id).collect(Collectors.toSet());
        List<CertificateObject> allCertificates = new ArrayList<>(certificates);
        before.certificates.stream().filter(old -> !shown.contains(old.id())).forEach(allCertificates::add);
        return new CardDescription(source, token, allCertificates, List.copyOf(allKeys.values()), mechanisms, pinState,
                false);
    }
}
