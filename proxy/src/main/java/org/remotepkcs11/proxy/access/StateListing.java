package org.remotepkcs11.proxy.access;

import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.remotepkcs11.proxy.cards.CardState;
import org.remotepkcs11.proxy.cards.CardState.Queued;
import org.remotepkcs11.proxy.store.Database;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.MemberState;
import org.remotepkcs11.wire.PinDerivation;
import org.remotepkcs11.wire.ProxyState;
import org.remotepkcs11.wire.RefusedException;

/** What an owner sees of the proxy. */
final class StateListing {
    private final Database database;
    private final Tables tables;
    private final LiveCards live;
    private final int pinTries;

    StateListing(Database database, Tables tables, LiveCards live, int pinTries) {
        this.database = database;
        this.tables = tables;
        this.live = live;
        this.pinTries = pinTries;
    }

    ProxyState of(User owner) throws RefusedException {
        Attempt<ProxyState> attempt = database.read(handle -> Attempt.to(() -> state(handle, owner)));
        return attempt.get();
    }

    private ProxyState state(Handle handle, User owner) throws RefusedException {
        Map<Id, String> names = new HashMap<>();
        List<ProxyState.UserState> users = new ArrayList<>();
        for (User user : tables.people().all(handle)) {
            names.put(user.id(), user.name());
            users.add(new ProxyState.UserState(user.name(), user.role(), user.fingerprint(), user.disabled(),
                    der(user)));
        }
        List<ProxyState.OwnedCard> cards = new ArrayList<>();
        List<ProxyState.DelegationState> delegations = new ArrayList<>();
        for (KnownCard card : tables.cards().ownedBy(handle, owner.id())) {
            List<Delegation> ofCard = tables.delegations().ofCard(handle, card.id());
            cards.add(card(handle, card, ofCard, names));
            for (Delegation delegation : ofCard) {
                if (!delegation.byOwner()) {
                    delegations.add(delegation(handle, delegation, names));
                }
            }
        }
        return new ProxyState(sources(handle), cards, users, delegations);
    }

    private static byte[] der(User user) throws RefusedException {
        try {
            return user.certificate().getEncoded();
        } catch (CertificateEncodingException e) {
            throw new RefusedException(ErrorCode.STATE_UNTRUSTED, "a stored certificate cannot be read");
        }
    }

    private ProxyState.OwnedCard card(Handle handle, KnownCard card, List<Delegation> delegations,
            Map<Id, String> names) throws RefusedException {
        Optional<Delegation> own = delegations.stream().filter(one -> one.byOwner() && !one.revoked()).findFirst();
        Optional<PinDerivation> derivation = own.map(Delegation::derivation);
        Members members = tables.cards().members(handle, card.id());
        List<ProxyState.CardMember> shown = Stream.concat(members.sound().stream().map(this::member),
                members.untrusted().stream().map(StateListing::untrusted))
                .sorted(Comparator.comparing(ProxyState.CardMember::source)).toList();
        return new ProxyState.OwnedCard(card.id(), card.label(), names.get(card.owner()), shown,
                queue(members.sound(), names), derivation, own.map(Delegation::id).orElse(Id.NONE));
    }

    private static ProxyState.CardMember untrusted(String source) {
        return new ProxyState.CardMember(source, MemberState.UNTRUSTED, 0, List.of());
    }

    private ProxyState.CardMember member(Member member) {
        Optional<CardState> now = live.find(member.source());
        return new ProxyState.CardMember(member.source(), now.map(CardState::state).orElse(MemberState.AWAY),
                now.map(CardState::waiting).orElse(0), member.description().keys());
    }

    /** Who is next first; whoever waits for several key sets once. */
    private List<ProxyState.QueuedUser> queue(List<Member> members, Map<Id, String> names) {
        Map<Id, Queued> queue = new LinkedHashMap<>();
        for (List<Member> set : members.isEmpty() ? List.<List<Member>>of() : MemberSets.of(members, Set.of())) {
            Loads.queue(set.stream().flatMap(member -> live.find(member.source()).stream()).toList())
                    .forEach(one -> queue.merge(one.user(), one, (first, again) -> new Queued(first.user(),
                            first.waiting() + again.waiting(), Math.min(first.place(), again.place()))));
        }
        return queue.values().stream().filter(one -> names.containsKey(one.user()))
                .sorted(Comparator.comparingInt(Queued::place))
                .map(one -> new ProxyState.QueuedUser(names.get(one.user()), one.waiting(), one.place())).toList();
    }

    private ProxyState.DelegationState delegation(Handle handle, Delegation delegation, Map<Id, String> names)
            throws RefusedException {
        Tally tally = tables.tallies().of(handle, delegation.id());
        return new ProxyState.DelegationState(delegation.id(), delegation.card(),
                names.getOrDefault(delegation.person(), ""), delegation.limits(), tally.operations(),
                tally.pinState(pinTries), delegation.revoked());
    }

    private List<ProxyState.CardSource> sources(Handle handle) {
        Set<String> used = new HashSet<>(tables.cards().sources(handle));
        return live.sources().stream().map(source -> new ProxyState.CardSource(source.source(), source.label(),
                source.model(), used.contains(source.source()))).toList();
    }
}
