package org.remotepkcs11.wire;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an owner sees of the proxy: all card sources, the owner's cards, all users, the delegations of those cards. */
public record ProxyState(List<CardSource> sources, List<OwnedCard> cards, List<UserState> users,
                         List<DelegationState> delegations) {
    /** A token in a reader or file of the proxy. @param source {@code MODULE:SERIAL}, as AddCard takes it */
    public record CardSource(String source, String label, String model, boolean used) {
    }

    /**
     * @param members         the physical cards behind it, by source
     * @param queue           whose operations wait for it, who is next first
     * @param ownerDerivation of the owner's own virtual PIN; only to that owner
     * @param ownerDelegation names the owner's own vault entry
     */
    public record OwnedCard(Id id, String label, String owner, List<CardMember> members, List<QueuedUser> queue,
                            Optional<PinDerivation> ownerDerivation, Id ownerDelegation) {
        public OwnedCard {
            members = List.copyOf(members);
            queue = List.copyOf(queue);
        }

        /** Whether any physical card is there. */
        public boolean present() {
            return members.stream().map(CardMember::state)
                    .anyMatch(state -> state != MemberState.AWAY && state != MemberState.UNTRUSTED);
        }

        /** Of all physical cards, each once. */
        public List<PrivateKeyObject> keys() {
            Map<Id, PrivateKeyObject> keys = new LinkedHashMap<>();
            members.forEach(member -> member.keys().forEach(key -> keys.putIfAbsent(key.fingerprint(), key)));
            return List.copyOf(keys.values());
        }
    }

    /**
     * A physical card behind a remote one.
     *
     * @param source  {@code MODULE:SERIAL}
     * @param waiting operations in its queue, those that it works at included
     */
    public record CardMember(String source, MemberState state, int waiting, List<PrivateKeyObject> keys) {
        public CardMember {
            keys = List.copyOf(keys);
        }
    }

    /** Somebody's operations in a card's queue. @param place of the first of them; 1 is the next */
    public record QueuedUser(String userName, int waiting, int place) {
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
