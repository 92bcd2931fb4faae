package org.remotepkcs11.proxy.access;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.proxy.authority.Authority;
import org.remotepkcs11.proxy.authority.CertificationRequest;
import org.remotepkcs11.proxy.store.Work.Settlement;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.EnrollmentCode;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Role;

/** What owners do about people: invite, end a key, disable; and what people do about their own certificates. */
final class PeopleActions {
    /** What the log says of it. */
    static final String RENEWED = "certificate renewed";
    static final String KEY_ENDED = "key ended by the operator";
    static final String DISABLED = "disabled by the operator";

    private static final Set<Role> BY_OWNERS = Set.of(Role.OWNER, Role.USER, Role.AUDITOR);

    private final Tables tables;
    private final Ownership ownership;
    private final Recorder recorder;
    private final Touches touches;
    private final Snapshots snapshots;
    private final Warranties warranties;
    private final Authority authority;

    PeopleActions(Parts parts, Authority authority) {
        this.tables = parts.tables();
        this.ownership = new Ownership(tables);
        this.recorder = parts.recorder();
        this.touches = parts.touches();
        this.snapshots = parts.snapshots();
        this.warranties = parts.warranties();
        this.authority = authority;
    }

    Settlement<Ruling> invite(Asked asked, Administration.Invite invite) throws RefusedException {
        ownership.checkOwner(asked);
        if (!BY_OWNERS.contains(invite.role())) {
            throw new RefusedException(ErrorCode.ROLE_INSUFFICIENT, "owners do not invite " + invite.role());
        }
        checkRepeat(asked);
        Invitation invitation =
                Invitation.ofSomebodyNew(invite.name(), invite.role(), asked.now().plus(invite.valid()));
        Outcome.Invited invited = invite(asked.handle(), invitation, asked.now());
        tables.inviters().put(asked.handle(), EnrollmentCode.parse(invited.code()).hash(), asked.user().id());
        return recorder.done(asked, invited);
    }

    /** A repeat makes another code, and the first is no longer good. */
    private void checkRepeat(Asked asked) throws RefusedException {
        Optional<Operations.Known> known = tables.operations().find(asked.handle(), asked.operation());
        Repeats.check(known, asked);
        if (known.isEmpty()) {
            tables.operations().insert(asked.handle(), asked.operation(), new Operations.Known(asked.user().id(),
                    asked.request().inputHash(), 0, Optional.of(Id.NONE)));
        }
    }

    /** The code takes the place of an earlier one for the same name, which is no longer good. */
    Outcome.Invited invite(Handle handle, Invitation invitation, Instant now) throws RefusedException {
        Names.checkPerson(invitation.name());
        if (tables.people().byName(handle, invitation.name()).isPresent()) {
            throw new RefusedException(ErrorCode.NAME_TAKEN, invitation.name() + " is enrolled already");
        }
        return code(handle, invitation, now);
    }

    private Outcome.Invited code(Handle handle, Invitation invitation, Instant now) throws RefusedException {
        if (!invitation.expires().isAfter(now)) {
            throw new RefusedException(ErrorCode.INPUT_INVALID, "an invitation that is valid for no time");
        }
        EnrollmentCode code = EnrollmentCode.fresh(authority.certificate().getPublicKey());
        tables.invitations().put(handle, code.hash(), invitation);
        return new Outcome.Invited(code.text(), invitation.expires());
    }

    Settlement<Ruling> replaceKey(Asked asked, Administration.ReplaceKey replace) throws RefusedException {
        ownership.checkOwner(asked);
        checkRepeat(asked);
        User user = governed(asked, replace.name());
        ownership.checkOwnPerson(asked, user);
        Outcome.Invited invited =
                endKey(asked.handle(), Invitation.replacing(user, asked.now().plus(replace.valid())), asked.now());
        asked.batch().afterCommit(() -> snapshots.changed(user.fingerprint()));
        Settlement<Ruling> done = recorder.done(asked, invited);
        return batch -> done.settle(batch).after(() -> touches.quiet(granted -> granted.user().id().equals(user.id())));
    }

    /** From here on the person has no key, until the code is used. */
    Outcome.Invited endKey(Handle handle, Invitation invitation, Instant now) throws RefusedException {
        User user = named(handle, invitation.name());
        if (user.disabled() && !tables.invitations().replaceKeyOf(handle, user)) {
            throw new RefusedException(ErrorCode.USER_DISABLED, user.name() + " was disabled, and stays so");
        }
        Outcome.Invited invited = code(handle, invitation, now);
        tables.people().update(handle, user.withoutKey());
        return invited;
    }

    User named(Handle handle, String name) throws RefusedException {
        return tables.people().byName(handle, name).orElseThrow(() -> new RefusedException(
                ErrorCode.USER_UNKNOWN, "nobody is enrolled as " + name));
    }

    private User governed(Asked asked, String name) throws RefusedException {
        User user = named(asked.handle(), name);
        if (user.role() != Role.USER && user.role() != Role.AUDITOR) {
            throw new RefusedException(ErrorCode.ROLE_INSUFFICIENT,
                    "owners govern users and auditors; " + name + " has the role " + user.role());
        }
        return user;
    }

    /**
     * Where another authority vouches for somebody, none but that authority does, so that what it takes back is taken
     * back here too.
     *
     * @throws RefusedException {@link ErrorCode#CERTIFICATE_UNTRUSTED}
     */
    void checkVouched(User user, Caller caller, Request request) throws RefusedException {
        boolean outside = !authority.issued(user.certificate());
        Optional<X509Certificate> shown = caller.certificate();
        if (outside && shown.filter(authority::issued).isPresent()) {
            throw new RefusedException(ErrorCode.CERTIFICATE_UNTRUSTED,
                    "another authority vouches for " + user.name() + "; show the certificate that it issued");
        }
        if (request instanceof Request.RenewCertificate && shown.filter(authority::issued).isEmpty()) {
            throw new RefusedException(ErrorCode.CERTIFICATE_UNTRUSTED,
                    "the certificate is of another authority, and is renewed there");
        }
    }

    /** Whoever asks by a key that was renewed already gets the certificate of the one that took its place. */
    Settlement<Ruling> renew(Asked asked, Request.RenewCertificate renew) throws RefusedException {
        PublicKey key = CertificationRequest.parse(renew.certificationRequest()).publicKey();
        User user = tables.people().byId(asked.handle(), asked.user().id());
        boolean former = !user.fingerprint().equals(asked.user().fingerprint());
        Optional<User> holder = tables.people().byFingerprint(asked.handle(), Fingerprint.of(key));
        if (former ? !user.publicKey().equals(key) : holder.filter(other -> !other.id().equals(user.id())).isPresent()) {
            throw new RefusedException(ErrorCode.NAME_TAKEN, former ? "the key was renewed already, by another one"
                    : "this key is enrolled already, as " + holder.get().name());
        }
        User renewed = user.withRenewed(authority.issueUser(key, user.name(), asked.now(), Authority.USER_LIFE));
        tables.people().update(asked.handle(), renewed);
        List<byte[]> chain = authority.chainOf(renewed.certificate());
        recorder.append(asked.batch(), new AuditEntry(asked.now(), new AuditEntry.Happened(RENEWED,
                user.name(), Optional.of(user.role()), chain.get(0))));
        asked.batch().afterCommit(() -> {
            snapshots.changed(user.fingerprint());
            snapshots.changed(renewed.fingerprint());
        });
        return recorder.done(asked, new Outcome.CertificateRenewed(chain));
    }

    /** An owner's word alone shuts out nobody whom others rely on: it would be theirs to lose. */
    Settlement<Ruling> disable(Asked asked, Administration.DisableUser disable) throws RefusedException {
        ownership.checkOwner(asked);
        User user = governed(asked, disable.name());
        ownership.checkOwnPerson(asked, user);
        disable(asked.handle(), user, asked.now());
        asked.batch().afterCommit(() -> snapshots.changed(user.fingerprint()));
        Settlement<Ruling> done = recorder.done(asked, new Outcome.Administered(Id.NONE));
        return batch -> done.settle(batch).after(
                () -> touches.quiet(granted -> granted.user().id().equals(user.id())));
    }

    /** By the operator, who shuts out anybody but owners: what these delegated, nobody else could take back. */
    User disable(Handle handle, String name, Instant now) throws RefusedException {
        User user = named(handle, name);
        if (user.role() == Role.OWNER) {
            throw new RefusedException(ErrorCode.ROLE_INSUFFICIENT, name + " is an owner, whose delegations nobody else "
                    + "could take back; end the key instead: rpkcs11 proxy invite --replace");
        }
        disable(handle, user, now);
        return user;
    }

    /** For ever, with all certificates of delegations and any code for another key. */
    void disable(Handle handle, User user, Instant now) throws RefusedException {
        tables.invitations().remove(handle, user.name());
        if (!user.disabled()) {
            tables.people().update(handle, user.withDisabled());
        }
        for (Delegation delegation : tables.delegations().inForceOf(handle, user.id())) {
            warranties.revoke(handle, delegation.id(), now);
        }
    }
}
