package org.remotepkcs11.proxy.access;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
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
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.PrivateKeyObject;
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
    private final Map<Id, Snapshot> made = new ConcurrentHashMap<>();
    private final List<Consumer<Optional<Id>>> listeners = new CopyOnWriteArrayList<>();
    private long changes;

    /** What decides, beside the store, how a card is shown. */
    record Shown(LiveCards live, Warranties warranties, Approvals approvals, Clock clock) {
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
        Snapshot known = made.get(user);
        if (known != null) {
            return known;
        }
        long before = changes();
        Snapshot snapshot = assemble(user);
        keep(user, snapshot, before);
        return snapshot;
    }

    private synchronized long changes() {
        return changes;
    }

    /** Not kept if anything changed while it was made. */
    private synchronized void keep(Id user, Snapshot snapshot, long before) {
        if (changes == before) {
            made.put(user, snapshot);
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

    private Snapshot assemble(Id fingerprint) throws RefusedException {
        Attempt<List<RemoteCard>> attempt = database.read(handle -> Attempt.to(() -> cards(handle, fingerprint)));
        List<RemoteCard> cards = attempt.get();
        return new Snapshot(SnapshotVersion.of(cards), cards);
    }

    private List<RemoteCard> cards(Handle handle, Id fingerprint) throws RefusedException {
        Optional<User> user = tables.people().byFingerprint(handle, fingerprint);
        if (user.isEmpty() || user.get().disabled()) {
            return List.of();
        }
        List<RemoteCard> cards = new ArrayList<>();
        for (Delegation delegation : tables.delegations().inForceOf(handle, user.get().id())) {
            try {
                cards.add(card(handle, delegation));
            } catch (RefusedException e) {
                LOG.error("the card {} is not shown: {}", delegation.card(), e.getMessage());
            }
        }
        cards.sort(Comparator.comparing((RemoteCard card) -> card.token().label()).thenComparing(RemoteCard::id));
        return cards;
    }

    private RemoteCard card(Handle handle, Delegation delegation) throws RefusedException {
        KnownCard card = tables.cards().byId(handle, delegation.card()).orElseThrow(() -> new RefusedException(
                ErrorCode.STATE_UNTRUSTED, "a row of the table card was deleted outside the proxy"));
        List<Member> members = tables.cards().members(handle, card.id());
        if (members.isEmpty()) {
            throw new RefusedException(ErrorCode.STATE_UNTRUSTED,
                    "a row of the table card_member was deleted outside the proxy");
        }
        CardDescription shown = members.get(0).description();
        Limits limits = delegation.limits();
        RemoteCard.Token token = new RemoteCard.Token(card.label(),
                card.id().toString().substring(0, SERIAL_CHARACTERS), shown.token().manufacturer(),
                shown.token().model());
        String owner = tables.people().byId(handle, card.owner()).name();
        return new RemoteCard(card.id(), token, owner, delegation.id(), delegation.derivation(),
                tables.tallies().of(handle, delegation.id()).pinState(pinTries), live.present(shown.source()),
                mechanisms(shown, limits), warranties.shown(handle, delegation, shown), keys(shown, limits), "", limits.notBefore(),
                limits.notAfter(), !limits.documentDigests().isEmpty() || limits.approved(),
                new RemoteCard.Approval(limits.approveWithin(), approvals.shown(delegation, clock.instant())),
                tables.sealedPins().of(handle, delegation.id()));
    }

    private static Set<Long> mechanisms(CardDescription shown, Limits limits) {
        return shown.mechanisms().stream()
                .filter(mechanism -> limits.mechanisms().isEmpty() || limits.mechanisms().contains(mechanism))
                .collect(Collectors.toSet());
    }

    private static List<PrivateKeyObject> keys(CardDescription shown, Limits limits) {
        return shown.keys().stream()
                .filter(key -> limits.keys().isEmpty() || limits.keys().contains(key.fingerprint())).toList();
    }
}
