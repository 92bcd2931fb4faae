package org.remotepkcs11.proxy.cards;

import java.util.ArrayList;
import java.util.List;
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
 * @param complete     whether private objects were seen too, because the card was unlocked
 */
public record CardDescription(String source, RemoteCard.Token token, List<CertificateObject> certificates,
                              List<PrivateKeyObject> keys, Set<Long> mechanisms, PinState pinState,
                              boolean complete) {
    public CardDescription {
        certificates = List.copyOf(certificates);
        keys = List.copyOf(keys);
        mechanisms = Set.copyOf(mechanisms);
    }

    /** The same, with the PIN's state as it is now. */
    public CardDescription withPinState(PinState now) {
        return new CardDescription(source, token, certificates, keys, mechanisms, now, complete);
    }

    /** The same with some of its keys. */
    public CardDescription withKeys(List<PrivateKeyObject> some) {
        return new CardDescription(source, token, certificates, some, mechanisms, pinState, complete);
    }

    /** Whether whoever saw the other one has nothing new to see. */
    public boolean sameAs(CardDescription other) {
        return complete == other.complete && source.equals(other.source) && Shown.of(this).equals(Shown.of(other));
    }

    /**
     * Adds what is hidden now but was seen before with the card unlocked: its private keys, and certificates whose id
     * no visible one has.
     */
    CardDescription completedBy(CardDescription before) {
        if (complete || !before.complete) {
            return this;
        }
        Set<Id> shown = certificates.stream().map(CertificateObject::id).collect(Collectors.toSet());
        List<CertificateObject> all = new ArrayList<>(certificates);
        before.certificates.stream().filter(old -> !shown.contains(old.id())).forEach(all::add);
        return new CardDescription(source, token, all, before.keys, mechanisms, pinState, true);
    }
}
