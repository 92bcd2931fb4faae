package org.remotepkcs11.proxy.access;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RefusedException;

/** What owners do about their cards: add, remove, tell a PIN anew. */
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
        checkFree(asked.batch(), add.label(), add.source());
        KnownCard card = new KnownCard(Id.random(), add.label(), asked.user().id(), false);
        CardCheck.OwnEntry own =
                new CardCheck.OwnEntry(Id.random(), add.derivation(), asked.newPinProof().clone());
        Granted.Physical physical = new Granted.Physical(add.source(), CardPin.ofUtf8(asked.cardPin()), Set.of());
        asked.by(card.id(), own.delegation());
        CardCheck.Remote remote = new CardCheck.Remote(card, CardKey.fresh(), Optional.of(own));
        return pending(new CardCheck(intent(asked, known), physical, remote), asked);
    }

    private void checkFree(Batch batch, String label, String source) throws RefusedException {
        if (tables.cards().byLabel(batch.handle(), label).isPresent()) {
            throw new RefusedException(ErrorCode.NAME_TAKEN, "there is a card labelled " + label + " already");
        }
        if (tables.cards().sourceUsed(batch.handle(), source)) {
            throw new RefusedException(ErrorCode.NAME_TAKEN, source + " is a remote card already");
        }
    }

    Settlement<Ruling> renewPin(Asked asked, Administration.RenewCardPin renew) throws RefusedException {
        Delegation own = ownership.ownEntry(asked, renew.card());
        Optional<Operations.Known> known = tables.operations().find(asked.handle(), asked.operation());
        Repeats.check(known, asked);
        KnownCard card = ownership.ownCard(asked, renew.card());
        asked.by(card.id(), own.id());
        byte[] cardPin = asked.cardPin();
        List<Member> members = tables.cards().members(asked.handle(), card.id());
        if (members.isEmpty()) {
            throw new RefusedException(ErrorCode.STATE_UNTRUSTED,
                    "a row of the table card_member was deleted outside the proxy");
        }
        CardKey key = parts.pins().openOrUnlock(asked, own, members.get(0));
        Granted.Physical physical = new Granted.Physical(members.get(0).source(), CardPin.ofUtf8(cardPin), Set.of());
        CardCheck.Remote remote = new CardCheck.Remote(card, key, Optional.empty());
        return pending(new CardCheck(intent(asked, known), physical, remote), asked);
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
        KnownCard card = check.card();
        User owner = tables.people().byId(batch.handle(), card.owner());
        boolean gone = check.ownEntry().isEmpty()
                && tables.cards().byId(batch.handle(), card.id()).filter(one -> !one.removed()).isEmpty();
        if (gone || owner.disabled() || !owner.fingerprint().equals(check.user().fingerprint())) {
            throw new RefusedException(ErrorCode.DELEGATION_REVOKED, "the right was taken away meanwhile");
        }
        if (check.ownEntry().isPresent()) {
            checkFree(batch, card.label(), description.source());
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
