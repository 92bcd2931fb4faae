package org.remotepkcs11.proxy.access;

import java.security.PublicKey;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.remotepkcs11.proxy.store.Work.Settlement;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.EnrollmentCode;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Role;

/** What owners do about people: invite, disable. */
final class PeopleActions {
    private static final Set<Role> BY_OWNERS = Set.of(Role.OWNER, Role.USER, Role.AUDITOR);

    private final Tables tables;
    private final Ownership ownership;
    private final Recorder recorder;
    private final Touches touches;
    private final Warranties warranties;
    private final PublicKey authority;

    PeopleActions(Parts parts, PublicKey authority) {
        this.tables = parts.tables();
        this.ownership = new Ownership(tables);
        this.recorder = parts.recorder();
        this.touches = parts.touches();
        this.warranties = parts.warranties();
        this.authority = authority;
    }

    Settlement<Ruling> invite(Asked asked, Administration.Invite invite) throws RefusedException {
        ownership.checkOwner(asked);
        if (!BY_OWNERS.contains(invite.role())) {
            throw new RefusedException(ErrorCode.ROLE_INSUFFICIENT, "owners do not invite " + invite.role());
        }
        Optional<Operations.Known> known = tables.operations().find(asked.handle(), asked.operation());
        Repeats.check(known, asked);
        Invitation invitation = new Invitation(invite.name(), invite.role(), asked.now().plus(invite.valid()));
        Outcome.Invited invited = invite(asked.handle(), invitation, asked.now());
        if (known.isEmpty()) {
            tables.operations().insert(asked.handle(), asked.operation(), new Operations.Known(asked.user().id(),
                    asked.request().inputHash(), 0, Optional.of(Id.NONE)));
        }
        return recorder.done(asked, invited);
    }

    /** The code takes the place of an earlier one for the same name, which is no longer good. */
    Outcome.Invited invite(Handle handle, Invitation invitation, Instant now) throws RefusedException {
        Names.checkPerson(invitation.name());
        if (!invitation.expires().isAfter(now)) {
            throw new RefusedException(ErrorCode.INPUT_INVALID, "an invitation that is valid for no time");
        }
        if (tables.people().byName(handle, invitation.name()).isPresent()) {
            throw new RefusedException(ErrorCode.NAME_TAKEN, invitation.name() + " is enrolled already");
        }
        EnrollmentCode code = EnrollmentCode.fresh(authority);
        tables.invitations().put(handle, code.hash(), invitation);
        return new Outcome.Invited(code.text(), invitation.expires());
    }

    Settlement<Ruling> disable(Asked asked, Administration.DisableUser disable) throws RefusedException {
        ownership.checkOwner(asked);
        User user = tables.people().byName(asked.handle(), disable.name()).orElseThrow(() -> new RefusedException(
                ErrorCode.USER_UNKNOWN, "nobody is enrolled as " + disable.name()));
        if (user.role() != Role.USER && user.role() != Role.AUDITOR) {
            throw new RefusedException(ErrorCode.ROLE_INSUFFICIENT,
                    "owners disable users and auditors; " + user.name() + " has the role " + user.role());
        }
        if (!user.disabled()) {
            tables.people().disable(asked.handle(), user);
            for (Delegation delegation : tables.delegations().inForceOf(asked.handle(), user.id())) {
                warranties.revoke(asked.handle(), delegation.id(), asked.now());
            }
        }
        Settlement<Ruling> done = recorder.done(asked, new Outcome.Administered(Id.NONE));
        return batch -> done.settle(batch).after(
                () -> touches.quiet(granted -> granted.user().id().equals(user.id())));
    }
}
