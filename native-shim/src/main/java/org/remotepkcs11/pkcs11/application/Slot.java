package org.remotepkcs11.pkcs11.application;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.remotepkcs11.pkcs11.object.CardObjects;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.KeySet;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RemoteCard;

/** A slot in one snapshot: one remote card, or the reason why there is none to show. */
final class Slot {
    private static final KeySet GONE = new KeySet(false, Set.of(), List.of(), List.of());

    private final long id;
    private final Optional<RemoteCard> card;
    private final Optional<Refusal> refusal;
    private final Map<Id, Slot> narrowed = new HashMap<>();
    private CardObjects objects;
    private CardMechanisms mechanisms;

    private Slot(long id, Optional<RemoteCard> card, Optional<Refusal> refusal) {
        this.id = id;
        this.card = card;
        this.refusal = refusal;
    }

    static Slot of(long id, RemoteCard card) {
        return new Slot(id, Optional.of(card), Optional.empty());
    }

    /** For ever empty: its description tells why. */
    static Slot explaining(long id, Refusal refusal) {
        return new Slot(id, Optional.empty(), Optional.of(refusal));
    }

    long id() {
        return id;
    }

    Optional<RemoteCard> card() {
        return card;
    }

    Optional<Refusal> refusal() {
        return refusal;
    }

    /** As an application sees it that is shown these keys; without a token if they are gone. */
    synchronized Slot with(Id keySet) {
        return narrowed.computeIfAbsent(keySet, wanted -> {
            RemoteCard whole = card.orElseThrow();
            return of(id, whole.with(whole.sets().stream().filter(set -> set.id().equals(wanted)).findFirst()
                    .orElse(GONE)));
        });
    }

    boolean tokenPresent() {
        return card.filter(RemoteCard::present).isPresent();
    }

    /** Of the card; made when first asked for. */
    synchronized CardObjects objects() {
        if (objects == null) {
            objects = CardObjects.of(card.orElseThrow());
        }
        return objects;
    }

    /** Of the card; made when first asked for. */
    synchronized CardMechanisms mechanisms() {
        if (mechanisms == null) {
            mechanisms = CardMechanisms.of(card.orElseThrow());
        }
        return mechanisms;
    }
}
