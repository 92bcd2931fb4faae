package org.remotepkcs11.proxy.access;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.proxy.store.Database;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.KeySet;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.Snapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What each user sees, made once and kept until something in it changes. */
final class Snapshots {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
    /** {@code CK_TOKEN_INFO.serialNumber}, PKCS #11 v3.1 section 3.2. */
    private static final int SERIAL_CHARACTERS = 16;

    private final Database database;
    private final Tables tables;
    private final LiveCards live;
    private final Warranties warranties;
    private final Approvals approvals;
    private final Clock clock;
    private final int pinTries;
    private final Map<Id, View> made = new ConcurrentHashMap<>();
    private final List<Consumer<Optional<Id>>> listeners = new CopyOnWriteArrayList<>();
    private long changes;

    /** What decides, beside the store, how a card is shown. */
    record Shown(LiveCards live, Warranties warranties, Approvals approvals, Clock clock) {
    }

    /**
     * A snapshot and what is behind it.
     *
     * @param person  whose it is; {@link Id#NONE} where nobody is enrolled with the key
     * @param sources of the physical cards, for each key set of each card
     */
    record View(Snapshot snapshot, Id person, Map<Id, List<List<String>>> sources) {
    }

    Snapshots(Database database, Tables tables, Shown by, int pinTries) {
        this.database = database;
        this.tables = tables;
        this.live = by.live();
        this.warranties = by.warranties();
        this.approvals = by.approvals();
        this.clock = by.clock();
        this.pinTries = pinTries;
    }

    /** @param user fingerprint of the key */
    Snapshot of(Id user) throws RefusedException {
        return view(user).snapshot();
    }

    /** @param user fingerprint of the key */
    View view(Id user) throws RefusedException {
        View known = made.get(user);
        if (known != null) {
            return known;
        }
        long before = changes();
        View view = assemble(user);
        keep(user, view, before);
        return view;
    }

    private synchronized long changes() {
        return changes;
    }

    /** Not kept if anything changed while it was made. */
    private synchronized void keep(Id user, View view, long before) {
        if (changes == before) {
            made.put(user, view);
        }
    }

    void changed(Id user) {
        synchronized (this) {
            changes++;
            made.remove(user);
        }
        listeners.forEach(listener -> listener.accept(Optional.of(user)));
    }

    void allChanged() {
        synchronized (this) {
            changes++;
            made.clear();
        }
        listeners.forEach(listener -> listener.accept(Optional.empty()));
    }

    /** Told whose snapshot may have changed; nobody's in particular: everybody's. */
    AutoCloseable onChange(Consumer<Optional<Id>> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private View assemble(Id fingerprint) throws RefusedException {
        Attempt<View> attempt = database.read(handle -> Attempt.to(() -> view(handle, fingerprint)));
        return attempt.get();
    }

    private View view(Handle handle, Id fingerprint) throws RefusedException {
        Optional<User> user = tables.people().byFingerprint(handle, fingerprint);
        List<RemoteCard> cards = new ArrayList<>();
        Map<Id, List<List<String>>> sources = new LinkedHashMap<>();
        if (user.isPresent() && !user.get().disabled()) {
            for (Delegation delegation : tables.delegations().inForceOf(handle, user.get().id())) {
                try {
                    List<Member> members = tables.cards().members(handle, delegation.card()).standing();
                    List<List<Member>> sets = MemberSets.of(members, delegation.limits().keys());
                    cards.add(card(handle, delegation, members.get(0).description(), sets));
                    sources.put(delegation.card(),
                            sets.stream().map(set -> set.stream().map(Member::source).toList()).toList());
                } catch (RefusedException e) {
                    LOG.error("the card {} is not shown: {}", delegation.card(), e.getMessage());
                }
            }
        }
        cards.sort(Comparator.comparing((RemoteCard card) -> card.token().label()).thenComparing(RemoteCard::id));
        return new View(new Snapshot(SnapshotVersion.of(cards), cards), user.map(User::id).orElse(Id.NONE), sources);
    }

    /** @param sets empty where no physical card has a key of the delegation */
    private RemoteCard card(Handle handle, Delegation delegation, CardDescription first, List<List<Member>> sets)
            throws RefusedException {
        KnownCard card = tables.cards().byId(handle, delegation.card()).orElseThrow(() -> new RefusedException(
                ErrorCode.STATE_UNTRUSTED, "a row of the table card was deleted outside the proxy"));
        Limits limits = delegation.limits();
        RemoteCard.Token token = new RemoteCard.Token(card.label(),
                card.id().toString().substring(0, SERIAL_CHARACTERS), first.token().manufacturer(),
                first.token().model());
        String owner = tables.people().byId(handle, card.owner()).name();
        List<KeySet> shown = new ArrayList<>();
        for (List<Member> set : sets) {
            shown.add(keySet(handle, delegation, set));
        }
        boolean present = shown.stream().anyMatch(KeySet::present);
        RemoteCard bare = new RemoteCard(card.id(), token, owner, delegation.id(), delegation.derivation(),
                tables.tallies().of(handle, delegation.id()).pinState(pinTries), present, Set.of(), List.of(),
                List.of(), limits.notBefore(), limits.notAfter(),
                !limits.documentDigests().isEmpty() || limits.approved(),
                new RemoteCard.Approval(limits.approveWithin(), approvals.shown(delegation, clock.instant())),
                tables.sealedPins().of(handle, delegation.id()), shown);
        return shown.size() == 1 ? bare.with(shown.get(0)) : bare;
    }

    /** Physical cards with the same keys are shown as the first of them. */
    private KeySet keySet(Handle handle, Delegation delegation, List<Member> set) throws RefusedException {
        Limits limits = delegation.limits();
        Set<Long> mechanisms = MemberSets.mechanisms(set).stream()
                .filter(mechanism -> limits.mechanisms().isEmpty() || limits.mechanisms().contains(mechanism))
                .collect(Collectors.toSet());
        return new KeySet(set.stream().anyMatch(member -> live.present(member.source())), mechanisms,
                warranties.shown(handle, delegation, set.get(0).description()),
                MemberSets.keys(set, limits.keys()));
    }
}
