package org.remotepkcs11.proxy.access;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.PrivateKeyObject;

/**
 * A physical card behind a remote one.
 *
 * @param keys      by fingerprint
 * @param sealedPin its PIN under the card key. Not copied: do not change it
 */
record Member(CardDescription description, Map<Id, PrivateKeyObject> keys, byte[] sealedPin) {
    static Member of(CardDescription description, byte[] sealedPin) {
        return new Member(description, description.keys().stream().collect(Collectors.toUnmodifiableMap(
                PrivateKeyObject::fingerprint, Function.identity(), (first, again) -> first)), sealedPin);
    }

    String source() {
        return description.source();
    }

    Optional<PrivateKeyObject> key(Id fingerprint) {
        return Optional.ofNullable(keys.get(fingerprint));
    }
}
