package org.remotepkcs11.proxy.access;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.proxy.store.Work.Settlement;
import org.remotepkcs11.proxy.vault.CardKey;
import org.remotepkcs11.proxy.vault.Vault;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.MessageBounds;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Role;

/** What owners do about delegations, and users about their own PIN. */
final class DelegationActions {
    /** Operators and auditors use no cards. */
    private static final Set<Role> USERS = Set.of(Role.USER, Role.OWNER);

    private final Tables tables;
    private final Ownership ownership;
    private final Recorder recorder;
    private final PinGuard pins;
    private final Vault vault;
    private final Snapshots snapshots;
    private final Touches touches;
    private final Warranties warranties;
    private final Approvals approvals;

    DelegationActions(Parts parts) {
        this.tables = parts.tables();
        this.ownership = new Ownership(tables);
        this.recorder = parts.recorder();
        this.pins = parts.pins();
        this.vault = parts.vault();
        this.snapshots = parts.snapshots();
        this.touches = parts.touches();
        this.warranties = parts.warranties();
        this.approvals = parts.approvals();
    }

    Settlement<Ruling> delegate(Asked asked, Administration.Delegate delegate) throws RefusedException {
        Delegation own = ownership.ownEntry(asked, delegate.card());
        Optional<Operations.Known> known = tables.operations().find(asked.handle(), asked.operation());
        if (known.isPresent()) {
            Repeats.check(known, asked);
            return recorder.done(asked, new Outcome.Administered(known.get().result().orElse(Id.NONE)));
        }
        User user = delegatee(asked, delegate);
        checkLimits(asked, delegate);
        byte[] proof = asked.newPinProof();
        Delegation made = new Delegation(Id.random(), own.card(), user.id(), false, terms(asked, delegate),
                delegate.derivation(), asked.now(), false);
        Tally tally = tables.tallies().of(asked.handle(), own.id());
        try (CardKey key = pins.open(asked, own, tally)) {
            tables.delegations().insert(asked.handle(), made);
            tables.tallies().insert(asked.handle(), made.id());
            vault.put(asked.handle(), made.binding(), proof, key);
        }
        byte[] sealedPin = asked.request().secret().sealedPin();
        if (sealedPin.length > 0) {
            tables.sealedPins().put(asked.handle(), made.id(), sealedPin.clone());
        }
        if (made.limits().warranty()) {
            for (CardDescription card : distinct(asked, made.card())) {
                warranties.issue(asked, made, user, card);
            }
        }
        tables.operations().insert(asked.handle(), asked.operation(), new Operations.Known(asked.user().id(),
                asked.request().inputHash(), 0, Optional.of(made.id())));
        asked.by(made.card(), made.id());
        changed(asked, user);
        return recorder.done(asked, new Outcome.Administered(made.id()));
    }

    /** With warranty, for certain keys: one that comes to the card later has no delegation certificate. */
    private Limits terms(Asked asked, Administration.Delegate delegate) throws RefusedException {
        Limits limits = delegate.limits();
        if (!limits.warranty()) {
            return limits;
        }
        Set<Id> keys = new HashSet<>();
        distinct(asked, delegate.card()).forEach(card -> keys.addAll(Warranties.keys(limits, card)));
        if (keys.isEmpty()) {
            throw new RefusedException(ErrorCode.INPUT_INVALID, "the card has no key that a warranty could be for");
        }
        if (keys.size() > MessageBounds.MAX_LIMIT_KEYS) {
            throw new RefusedException(ErrorCode.INPUT_INVALID, "a delegation with warranty is for at most "
                    + MessageBounds.MAX_LIMIT_KEYS + " keys, and the cards have " + keys.size());
        }
        return limits.withKeys(keys);
    }

    /** Of the physical cards, one for each set of keys; no key twice. */
    private List<CardDescription> distinct(Asked asked, Id card) throws RefusedException {
        Set<Id> seen = new HashSet<>();
        List<CardDescription> distinct = new ArrayList<>();
        for (Member member : tables.cards().members(asked.handle(), card).standing()) {
            CardDescription description = member.description();
            distinct.add(description.withKeys(description.keys().stream()
                    .filter(key -> seen.add(key.fingerprint())).toList()));
        }
        return distinct;
    }

    private User delegatee(Asked asked, Administration.Delegate delegate) throws RefusedException {
        User user = tables.people().byName(asked.handle(), delegate.userName()).orElseThrow(
                () -> new RefusedException(ErrorCode.USER_UNKNOWN, "nobody is enrolled as " + delegate.userName()));
        if (user.disabled()) {
            throw new RefusedException(ErrorCode.USER_DISABLED, user.name() + " is disabled");
        }
        if (!USERS.contains(user.role())) {
            throw new RefusedException(ErrorCode.ROLE_INSUFFICIENT,
                    user.name() + " has the role " + user.role() + "; cards are delegated to users and owners");
        }
        Optional<Delegation> before = tables.delegations().latest(asked.handle(), user.id(), delegate.card());
        if (before.isPresent() && !before.get().revoked()) {
            throw new RefusedException(ErrorCode.NAME_TAKEN,
                    user.name() + " may use the card already; revoke delegation " + before.get().id() + " first");
        }
        return user;
    }

    private void checkLimits(Asked asked, Administration.Delegate delegate) throws RefusedException {
        Limits limits = delegate.limits();
        Instant start = limits.notBefore().orElse(Instant.MIN);
        if (limits.notAfter().isPresent() && !limits.notAfter().get().isAfter(start)) {
            throw new RefusedException(ErrorCode.INPUT_INVALID, "the delegation would end before it begins");
        }
        List<Member> members = tables.cards().members(asked.handle(), delegate.card()).sound();
        for (Id key : limits.keys()) {
            if (members.stream().noneMatch(member -> member.key(key).isPresent())) {
                throw new RefusedException(ErrorCode.KEY_UNKNOWN, "the card has no key " + key);
            }
        }
    }

    Settlement<Ruling> revoke(Asked asked, Administration.Revoke revoke) throws RefusedException {
        Delegation delegation = ownership.ofOwnCard(asked, revoke.delegation());
        if (delegation.byOwner()) {
            throw new RefusedException(ErrorCode.INPUT_INVALID, "the owner's own right ends when the card is removed");
        }
        if (!delegation.revoked()) {
            end(asked, delegation);
        }
        Settlement<Ruling> done = recorder.done(asked, new Outcome.Administered(Id.NONE));
        return batch -> done.settle(batch).after(
                () -> touches.quiet(granted -> granted.delegation().equals(delegation.id())));
    }

    /** In one transaction with the record: from the commit on no PIN opens the card by it. */
    void end(Asked asked, Delegation delegation) throws RefusedException {
        tables.delegations().update(asked.handle(), delegation.withRevoked());
        vault.remove(asked.handle(), delegation.id());
        tables.sealedPins().remove(asked.handle(), delegation.id());
        warranties.revoke(asked.handle(), delegation.id(), asked.now());
        approvals.end(asked.batch(), delegation.id());
        changed(asked, tables.people().byId(asked.handle(), delegation.person()));
    }

    Settlement<Ruling> unlock(Asked asked, Administration.Unlock unlock) throws RefusedException {
        Delegation delegation = ownership.ofOwnCard(asked, unlock.delegation());
        if (delegation.byOwner()) {
            throw new RefusedException(ErrorCode.INPUT_INVALID,
                    "the owner's own virtual pin is unlocked by the pin of the card: rpkcs11 card pin");
        }
        Tally tally = tables.tallies().of(asked.handle(), delegation.id());
        tables.tallies().update(asked.handle(), delegation.id(), tally, new Tally(tally.operations(), 0));
        changed(asked, tables.people().byId(asked.handle(), delegation.person()));
        return recorder.done(asked, new Outcome.Administered(Id.NONE));
    }

    Settlement<Ruling> changePin(Asked asked, Request.ChangePin change) throws RefusedException {
        Delegation delegation = new Rights(tables).inForce(asked, change.card());
        Optional<Operations.Known> known = tables.operations().find(asked.handle(), asked.operation());
        Repeats.check(known, asked);
        byte[] proof = asked.newPinProof();
        if (known.isPresent() && changedAlready(asked, delegation, proof)) {
            return recorder.done(asked, new Outcome.PinChanged());
        }
        Tally tally = tables.tallies().of(asked.handle(), delegation.id());
        try (CardKey key = pins.open(asked, delegation, tally)) {
            vault.put(asked.handle(), delegation.binding(), proof, key);
        }
        tables.delegations().update(asked.handle(), delegation.withDerivation(change.derivation()));
        tables.sealedPins().remove(asked.handle(), delegation.id());
        if (known.isEmpty()) {
            tables.operations().insert(asked.handle(), asked.operation(), new Operations.Known(asked.user().id(),
                    asked.request().inputHash(), 0, Optional.of(Id.NONE)));
        }
        changed(asked, asked.user());
        return recorder.done(asked, new Outcome.PinChanged());
    }

    /** A repeat carries the old PIN, which is wrong by now: that is no try. */
    private boolean changedAlready(Asked asked, Delegation delegation, byte[] newProof) {
        Optional<CardKey> key = vault.open(asked.handle(), delegation.binding(), newProof);
        key.ifPresent(CardKey::close);
        return key.isPresent();
    }

    private void changed(Asked asked, User user) {
        asked.batch().afterCommit(() -> snapshots.changed(user.fingerprint()));
    }
}
