package org.remotepkcs11.proxy.cards;

import java.util.List;
import java.util.Set;
import org.remotepkcs11.wire.CertificateObject;
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
 */
public record CardDescription(String source, RemoteCard.Token token, List<CertificateObject> certificates,
                              List<PrivateKeyObject> keys, Set<Long> mechanisms, PinState pinState) {
    public CardDescription {
        certificates = List.copyOf(certificates);
        keys = List.copyOf(keys);
        mechanisms = Set.copyOf(mechanisms);
    }
}
