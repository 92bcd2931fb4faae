package org.remotepkcs11.proxy.access;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.store.Batch;
import org.remotepkcs11.proxy.store.Work.Settlement;
import org.remotepkcs11.proxy.vault.CardKey;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.MessageBounds;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RefusedException;

/** What owners do about their cards: add, join, leave, remove, tell a PIN anew. */
final class CardActions {
    private final Parts parts;
    private final Tables tables;
    private final Ownership ownership;
    private final DelegationActions delegations;

    CardActions(Parts parts, DelegationActions delegations) {
        this.parts = parts;
        this.tables = parts.tables();
        this.ownership = new Ownership(tables);
        this.delegations = delegations;
    }

    Settlement<Ruling> add(Asked asked, Administration.AddCard add) throws RefusedException {
        ownership.checkOwner(asked);
        Optional<Operations.Known> known = tables.operations().find(asked.handle(), asked.operation());
        Repeats.check(known, asked);
        if (known.isPresent() && known.get().done()) {
            return parts.recorder().done(asked, new Outcome.Administered(known.get().result().get()));
        }
        Names.checkLabel(add.label());
        checkLabelFree(asked.batch(), add.label());
        checkSourceFree(asked.batch(), add.source());
        KnownCard card = new KnownCard(Id.random(), add.label(), asked.user().id(), false);
        CardCheck.OwnEntry own =
                new CardCheck.OwnEntry(Id.random(), add.derivation(), asked.newPinProof().clone());
        CardCheck.Physical physical =
                new CardCheck.Physical(add.source(), CardPin.ofUtf8(asked.cardPin()), Touches.Right.OF_USER);
        asked.by(card.id(), own.delegation());
        CardCheck.Remote remote = new CardCheck.Remote(card, own.delegation(), CardKey.fresh(), Optional.of(own));
        return pending(new CardCheck(intent(asked, known), physical, remote, parts.touches()), asked);
    }

    private void checkLabelFree(Batch batch, String label) throws RefusedException {
        if (tables.cards().byLabel(batch.handle(), label).isPresent()) {
            throw new RefusedException(ErrorCode.NAME_TAKEN, "there is a card labelled " + label + " already");
        }
    }

    private void checkSourceFree(Batch batch, String source) throws RefusedException {
        if (tables.cards().sourceUsed(batch.handle(), source)) {
            throw new RefusedException(ErrorCode.NAME_TAKEN, source + " is behind a remote card already");
        }
    }

    Settlement<Ruling> renewPin(Asked asked, Administration.RenewCardPin renew) throws RefusedException {
        Delegation own = ownership.ownEntry(asked, renew.card());
        Optional<Operations.Known> known = tables.operations().find(asked.handle(), asked.operation());
        Repeats.check(known, asked);
        Member member = tables.cards().members(asked.handle(), renew.card()).named(renew.source());
        return pending(check(asked, known, new Place(own, member.source(), Touches.Right.OF_MEMBER),
                () -> parts.pins().openOrUnlock(asked, own, member)), asked);
    }

    /** Where a physical card is or comes to be. */
    private record Place(Delegation own, String source, Touches.Right right) {
    }

    /** By the owner's proof. */
    private interface Opening {
        CardKey open() throws RefusedException;
    }

    /** The card key is opened, under which the physical card's PIN will be kept. */
    private CardCheck check(Asked asked, Optional<Operations.Known> known, Place place, Opening opening)
            throws RefusedException {
        KnownCard card = ownership.ownCard(asked, place.own.card());
        asked.by(card.id(), place.own.id());
        byte[] cardPin = asked.cardPin();
        CardKey key = opening.open();
        CardCheck.Physical physical = new CardCheck.Physical(place.source, CardPin.ofUtf8(cardPin), place.right);
        return new CardCheck(intent(asked, known), physical,
                new CardCheck.Remote(card, place.own.id(), key, Optional.empty()), parts.touches());
    }

    Settlement<Ruling> join(Asked asked, Administration.JoinCard join) throws RefusedException {
        Delegation own = ownership.ownEntry(asked, join.card());
        Optional<Operations.Known> known = tables.operations().find(asked.handle(), asked.operation());
        Repeats.check(known, asked);
        if (known.isPresent() && known.get().done()) {
            return parts.recorder().done(asked, new Outcome.Administered(known.get().result().get()));
        }
        checkSourceFree(asked.batch(), join.source());
        checkRoom(tables.cards().members(asked.handle(), join.card()));
        Tally tally = tables.tallies().of(asked.handle(), own.id());
        return pending(check(asked, known, new Place(own, join.source(), Touches.Right.OF_REMOTE_CARD),
                () -> parts.pins().open(asked, own, tally)), asked);
    }

    private static void checkRoom(Members members) throws RefusedException {
        if (members.size() >= MessageBounds.MAX_MEMBERS) {
            throw new RefusedException(ErrorCode.INPUT_INVALID,
                    "at most " + MessageBounds.MAX_MEMBERS + " cards are behind a remote card");
        }
    }

    /** What its PIN opened stays the owner's, what waits for it goes to the others, where they hold the same keys. */
    Settlement<Ruling> leave(Asked asked, Administration.LeaveCard leave) throws RefusedException {
        Delegation own = ownership.ownEntry(asked, leave.card());
        Optional<Operations.Known> known = tables.operations().find(asked.handle(), asked.operation());
        Repeats.check(known, asked);
        if (known.isEmpty()) {
            Members members = tables.cards().members(asked.handle(), own.card());
            if (!members.untrusted().contains(leave.source())) {
                members.named(leave.source());
            }
            if (!members.standWithout(leave.source())) {
                throw new RefusedException(ErrorCode.INPUT_INVALID,
                        leave.source() + " is the only card behind it: remove the remote card");
            }
            tables.cards().removeMember(asked.handle(), own.card(), leave.source());
            tables.operations().insert(asked.handle(), asked.operation(), new Operations.Known(asked.user().id(),
                    asked.request().inputHash(), 0, Optional.of(Id.NONE)));
            asked.batch().afterCommit(parts.snapshots()::allChanged);
        }
        Settlement<Ruling> done = parts.recorder().done(asked, new Outcome.Administered(Id.NONE));
        return batch -> done.settle(batch).after(
                () -> parts.touches().quiet(granted -> granted.card().equals(own.card())));
    }

    private Intent intent(Asked asked, Optional<Operations.Known> known) {
        long index = parts.recorder().append(asked.batch(), new AuditEntry(asked.now(),
                new AuditEntry.Intent(asked.evidence(), asked.right())));
        tables.operations().begun(asked.handle(), index);
        if (known.isEmpty()) {
            tables.operations().insert(asked.handle(), asked.operation(), new Operations.Known(asked.user().id(),
                    asked.request().inputHash(), 0, Optional.empty()));
        }
        return new Intent(asked.user(), index, asked.operation(), 0, known.isPresent(), List.of());
    }

    private static Settlement<Ruling> pending(CardCheck check, Asked asked) {
        asked.batch().ifUndone(check::close);
        return batch -> Ruling.untold(check);
    }

    /** The card took the PIN: keeps both. */
    Id store(Batch batch, CardCheck check, CardDescription description, Instant now)
            throws RefusedException {
        KnownCard card = check.remote();
        User owner = tables.people().byId(batch.handle(), card.owner());
        boolean gone = check.ownEntry().isEmpty()
                && tables.cards().byId(batch.handle(), card.id()).filter(one -> !one.removed()).isEmpty();
        if (gone || owner.disabled() || !owner.fingerprint().equals(check.user().fingerprint())) {
            throw new RefusedException(ErrorCode.DELEGATION_REVOKED, "the right was taken away meanwhile");
        }
        Members members = tables.cards().members(batch.handle(), card.id());
        if (check.joining()) {
            checkSourceFree(batch, description.source());
            checkRoom(members);
        } else {
            members.named(description.source());
        }
        MemberSets.check(description, members.sound());
        if (check.ownEntry().isPresent()) {
            checkLabelFree(batch, card.label());
            tables.cards().insert(batch.handle(), card);
            CardCheck.OwnEntry entry = check.ownEntry().get();
            Delegation own = new Delegation(entry.delegation(), card.id(), card.owner(), true, Limits.NONE,
                    entry.derivation(), now, false);
            tables.delegations().insert(batch.handle(), own);
            tables.tallies().insert(batch.handle(), own.id());
            parts.vault().put(batch.handle(), own.binding(), entry.proof(), check.key());
        }
        byte[] sealedPin = parts.vault().seal(check.key(), card.id(), description.source(), check.pin());
        tables.cards().putMember(batch.handle(), card.id(), description, sealedPin);
        tables.operations().done(batch.handle(), check.intent().operation(), card.id());
        batch.afterCommit(parts.snapshots()::allChanged);
        return card.id();
    }

    Settlement<Ruling> remove(Asked asked, Administration.RemoveCard remove) throws RefusedException {
        KnownCard card = ownership.ownCard(asked, remove.card());
        if (!card.removed()) {
            for (Delegation delegation : tables.delegations().ofCard(asked.handle(), card.id())) {
                if (!delegation.revoked()) {
                    delegations.end(asked, delegation);
                }
            }
            tables.cards().remove(asked.handle(), card);
        }
        Settlement<Ruling> done = parts.recorder().done(asked, new Outcome.Administered(Id.NONE));
        return batch -> done.settle(batch).after(
                () -> parts.touches().quiet(granted -> granted.card().equals(card.id())));
    }
}
