package org.remotepkcs11.proxy.access;

import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.proxy.audit.AuditReader;
import org.remotepkcs11.proxy.audit.UnreadableEntryException;
import org.remotepkcs11.proxy.store.Batch;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.KeptRequest;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;

/**
 * What entries of the log took away after the rules were copied is taken away again: delegations revoked, people
 * disabled, keys ended, cards removed, operations counted. A renewal, which ends the key before it, is made again, as the
 * certificate is in the log. A virtual PIN that was changed cannot be made again, since no PIN is in
 * the log: that delegation is revoked, so that the old PIN does not come back. What was granted is not granted again.
 */
final class Aftermath {
    private final Tables tables;
    private final Parts parts;
    private final Set<Id> counted = new HashSet<>();

    Aftermath(Parts parts) {
        this.parts = parts;
        this.tables = parts.tables();
    }

    void of(Batch batch, long index, byte[] body) throws RefusedException {
        AuditEntry.Matter matter = matter(body);
        Handle handle = batch.handle();
        if (matter instanceof AuditEntry.Intent intent) {
            tables.operations().begun(handle, index);
            intended(handle, intent);
        } else if (matter instanceof AuditEntry.Outcome outcome) {
            tables.operations().ended(handle, outcome.intent());
        } else if (matter instanceof AuditEntry.Done done) {
            done(handle, done);
        } else if (matter instanceof AuditEntry.Happened happened) {
            happened(handle, happened);
        }
    }

    private static AuditEntry.Matter matter(byte[] body) throws RefusedException {
        try {
            return AuditReader.read(body).matter();
        } catch (UnreadableEntryException e) {
            throw new RefusedException(ErrorCode.STATE_UNTRUSTED, e.getMessage());
        }
    }

    /** Rather too many than too few: what the card did not do is not given back; a repeat is told by its id. */
    private void intended(Handle handle, AuditEntry.Intent intent) throws RefusedException {
        KeptRequest kept = KeptRequest.decode(intent.evidence().body());
        Optional<Delegation> delegation = tables.delegations().byId(handle, intent.right().delegation());
        if (kept.request() instanceof Request.Use use && delegation.isPresent()
                && counted.add(kept.header().operation())) {
            Tally tally = tables.tallies().of(handle, delegation.get().id());
            tables.tallies().update(handle, delegation.get().id(), tally,
                    new Tally(tally.operations() + use.operations().size(), tally.tries()));
        }
    }

    private void done(Handle handle, AuditEntry.Done done) throws RefusedException {
        Request request = KeptRequest.decode(done.evidence().body()).request();
        if (request instanceof Request.ChangePin) {
            end(handle, done.right().delegation());
        } else if (request instanceof Request.Administer administer) {
            administered(handle, administer.action());
        }
    }

    private void happened(Handle handle, AuditEntry.Happened happened) throws RefusedException {
        if (happened.what().equals(PeopleActions.KEY_ENDED)) {
            keyEnded(handle, happened.name());
        } else if (happened.what().equals(PeopleActions.DISABLED)) {
            disabled(handle, happened.name());
        } else if (happened.what().equals(PeopleActions.RENEWED)) {
            tables.people().renew(handle, happened.name(), happened.certificate());
        } else if (happened.certificate().length > 0) {
            enrolled(handle, happened.name());
        }
    }

    /** A code works once, also where its use was forgotten; whoever was to get another key may be given a code for it. */
    private void enrolled(Handle handle, String name) throws RefusedException {
        Optional<User> user = tables.people().byName(handle, name);
        boolean again = user.isPresent() && tables.invitations().replaceKeyOf(handle, user.get());
        tables.invitations().remove(handle, name);
        if (again) {
            awaitCode(handle, user.get());
        }
    }

    /** The code of then is gone: one that nobody knows stands for it, so that another can be made. */
    private void awaitCode(Handle handle, User user) {
        tables.invitations().put(handle, Id.nonce(), Invitation.replacing(user, Instant.EPOCH));
    }

    private void keyEnded(Handle handle, String name) throws RefusedException {
        Optional<User> user = tables.people().byName(handle, name);
        if (user.isPresent()) {
            awaitCode(handle, user.get());
            tables.people().update(handle, user.get().withoutKey());
        }
    }

    private void administered(Handle handle, Administration action) throws RefusedException {
        if (action instanceof Administration.Revoke revoke) {
            end(handle, revoke.delegation());
        } else if (action instanceof Administration.RemoveCard remove) {
            removed(handle, remove.card());
        } else if (action instanceof Administration.LeaveCard leave) {
            left(handle, leave);
        } else if (action instanceof Administration.ReplaceKey replace) {
            keyEnded(handle, replace.name());
        } else if (action instanceof Administration.DisableUser disable) {
            disabled(handle, disable.name());
        }
    }

    private void disabled(Handle handle, String name) throws RefusedException {
        Optional<User> user = tables.people().byName(handle, name);
        tables.invitations().remove(handle, name);
        if (user.isPresent()) {
            for (Delegation delegation : tables.delegations().inForceOf(handle, user.get().id())) {
                parts.warranties().revoke(handle, delegation.id(), parts.clock().instant());
            }
            tables.people().update(handle, user.get().withDisabled());
        }
    }

    /** The card, with all delegations of it. */
    void removed(Handle handle, Id id) throws RefusedException {
        Optional<KnownCard> card = tables.cards().byId(handle, id);
        if (card.isPresent() && !card.get().removed()) {
            for (Delegation delegation : tables.delegations().ofCard(handle, id)) {
                revoke(handle, delegation);
            }
            tables.cards().remove(handle, card.get());
        }
    }

    /** Where only this one is known, what joined later is not granted again, and nothing is left. */
    private void left(Handle handle, Administration.LeaveCard leave) throws RefusedException {
        Members members = tables.cards().members(handle, leave.card());
        if (members.has(leave.source())) {
            if (members.size() == 1) {
                removed(handle, leave.card());
            } else {
                tables.cards().removeMember(handle, leave.card(), leave.source());
            }
        }
    }

    /** The owner's own right to the card stays. */
    private void end(Handle handle, Id id) throws RefusedException {
        Optional<Delegation> delegation = tables.delegations().byId(handle, id);
        if (delegation.isPresent() && !delegation.get().byOwner()) {
            revoke(handle, delegation.get());
        }
    }

    private void revoke(Handle handle, Delegation delegation) throws RefusedException {
        if (!delegation.revoked()) {
            tables.delegations().update(handle, delegation.withRevoked());
            parts.warranties().revoke(handle, delegation.id(), parts.clock().instant());
            tables.sealedPins().remove(handle, delegation.id());
            parts.vault().remove(handle, delegation.id());
        }
    }
}
