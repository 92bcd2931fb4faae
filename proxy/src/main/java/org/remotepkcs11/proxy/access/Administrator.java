package org.remotepkcs11.proxy.access;

import org.remotepkcs11.proxy.store.Work.Settlement;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RefusedException;

/** Does what owners ask, each action by whom it concerns. */
final class Administrator {
    private final Recorder recorder;
    private final PeopleActions people;
    private final CardActions cards;
    private final DelegationActions delegations;
    private final ApprovalActions approvals;
    private final StateListing listing;
    private final Ownership ownership;

    Administrator(Parts parts, PeopleActions people, StateListing listing) {
        this.recorder = parts.recorder();
        this.people = people;
        this.delegations = new DelegationActions(parts);
        this.cards = new CardActions(parts, delegations);
        this.approvals = new ApprovalActions(parts);
        this.listing = listing;
        this.ownership = new Ownership(parts.tables());
    }

    CardActions cards() {
        return cards;
    }

    PeopleActions people() {
        return people;
    }

    DelegationActions delegations() {
        return delegations;
    }

    ApprovalActions approvals() {
        return approvals;
    }

    Settlement<Ruling> act(Asked asked, Administration action) throws RefusedException {
        if (action instanceof Administration.Invite invite) {
            return people.invite(asked, invite);
        } else if (action instanceof Administration.ReplaceKey replace) {
            return people.replaceKey(asked, replace);
        } else if (action instanceof Administration.DisableUser disable) {
            return people.disable(asked, disable);
        } else if (action instanceof Administration.AddCard add) {
            return cards.add(asked, add);
        } else if (action instanceof Administration.RemoveCard remove) {
            return cards.remove(asked, remove);
        } else if (action instanceof Administration.RenewCardPin renew) {
            return cards.renewPin(asked, renew);
        } else if (action instanceof Administration.JoinCard join) {
            return cards.join(asked, join);
        } else if (action instanceof Administration.LeaveCard leave) {
            return cards.leave(asked, leave);
        } else if (action instanceof Administration.Delegate delegate) {
            return delegations.delegate(asked, delegate);
        } else if (action instanceof Administration.Revoke revoke) {
            return delegations.revoke(asked, revoke);
        } else if (action instanceof Administration.Unlock unlock) {
            return delegations.unlock(asked, unlock);
        } else if (action instanceof Administration.ListApprovals) {
            return approvals.list(asked);
        } else if (action instanceof Administration.Decide decide) {
            return approvals.decide(asked, decide);
        } else if (action instanceof Administration.ListState) {
            ownership.checkOwner(asked);
            return recorder.done(asked, () -> new Outcome.Listed(listing.of(asked.user())));
        }
        throw new IllegalStateException("an action this proxy does not know: " + action.getClass());
    }
}
