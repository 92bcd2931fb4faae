package org.remotepkcs11.proxy.cards;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RemoteCard;

/** A description in a form that can be compared: arrays replaced by their hashes. */
record Shown(RemoteCard.Token token, Set<Certificate> certificates, Set<Key> keys, Set<Long> mechanisms,
             PinState pinState) {
    record Certificate(Id id, String label, Id hash) {
    }

    record Key(Id id, String label, Id fingerprint, Set<PrivateKeyObject.Usage> usages, Set<Long> mechanisms) {
    }

    static Shown of(CardDescription description) {
        return new Shown(description.token(), certificates(description), keys(description.keys()),
                description.mechanisms(), description.pinState());
    }

    private static Set<Certificate> certificates(CardDescription description) {
        return description.certificates().stream()
                .map(shown -> new Certificate(shown.id(), shown.label(), Fingerprint.ofDer(shown.der())))
                .collect(Collectors.toSet());
    }

    private static Set<Key> keys(List<PrivateKeyObject> keys) {
        return keys.stream()
                .map(key -> new Key(key.id(), key.label(), key.fingerprint(), key.usages(), key.allowedMechanisms()))
                .collect(Collectors.toSet());
    }
}
