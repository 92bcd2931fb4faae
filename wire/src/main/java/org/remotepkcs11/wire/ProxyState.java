package org.remotepkcs11.wire;

import java.util.List;
import java.util.Optional;

/** What an owner sees of the proxy: all card sources, the owner's cards, all users, the delegations of those cards. */
public record ProxyState(List<CardSource> sources, List<OwnedCard> cards, List<UserState> users,
                         List<DelegationState> delegations) {
    /** A token in a reader or file of the proxy. @param source {@code MODULE:SERIAL}, as AddCard takes it */
    public record CardSource(String source, String label, String model, boolean used) {
    }

    /**
     * @param ownerDerivation of the owner's own virtual PIN; only to that owner
     * @param ownerDelegation names the owner's own vault entry
     * @param waiting         operations in the card's queue
     */
    public record OwnedCard(Id id, String label, String source, String owner, boolean present, int waiting,
                            Optional<PinDerivation> ownerDerivation, Id ownerDelegation, List<PrivateKeyObject> keys) {
    }

    /** @param certificate DER: what is meant for this person alone is encrypted to it */
    public record UserState(String name, Role role, Id fingerprint, boolean disabled, byte[] certificate) {
    }

    public record DelegationState(Id id, Id card, String userName, Limits limits, long operationsUsed,
                                  PinState pinState, boolean revoked) {
    }

    public ProxyState {
        sources = List.copyOf(sources);
        cards = List.copyOf(cards);
        users = List.copyOf(users);
        delegations = List.copyOf(delegations);
    }
}
