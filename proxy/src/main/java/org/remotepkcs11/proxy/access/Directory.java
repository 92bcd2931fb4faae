package org.remotepkcs11.proxy.access;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.proxy.authority.DelegationAuthority;
import org.remotepkcs11.proxy.store.Batch;
import org.remotepkcs11.proxy.store.Database;
import org.remotepkcs11.proxy.store.Ledger;
import org.remotepkcs11.wire.CardLoad;
import org.remotepkcs11.wire.EnrollmentCode;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Role;
import org.remotepkcs11.wire.Snapshot;

/** The enrolled people, what each may see, and how one becomes enrolled. */
public final class Directory {
    private final Database database;
    private final Books books;
    private final Ledger ledger;
    private final Tables tables;
    private final Recorder recorder;
    private final PeopleActions people;
    private final Snapshots snapshots;
    private final Loads loads;
    private final Clock clock;

    Directory(Parts parts, PeopleActions people, Loads loads) {
        this.loads = loads;
        this.database = parts.database();
        this.books = parts.books();
        this.ledger = parts.ledger();
        this.tables = parts.tables();
        this.recorder = parts.recorder();
        this.people = people;
        this.snapshots = parts.snapshots();
        this.clock = parts.clock();
    }

    /** @throws RefusedException {@link ErrorCode#STATE_UNTRUSTED}, {@link ErrorCode#PROXY_FAILED} */
    public Optional<User> find(Id fingerprint) throws RefusedException {
        Attempt<Optional<User>> attempt = database.read(
                handle -> Attempt.to(() -> tables.people().byFingerprint(handle, fingerprint)));
        return attempt.get();
    }

    /** All that the holder of this key may see; nothing for strangers. Kept until something in it changes. */
    public Snapshot snapshot(Id fingerprint) throws RefusedException {
        return snapshots.of(fingerprint);
    }

    /** How busy all cards are that the holder of this key may use, for who opens a session. */
    public List<CardLoad> loadsForOpening(Id fingerprint) throws RefusedException {
        return loads.opening(fingerprint);
    }

    /** How busy a card is that the holder of this key may use; empty where nothing waits and there is no choice. */
    public Optional<CardLoad> load(Id fingerprint, Id card) throws RefusedException {
        return loads.of(fingerprint, card);
    }

    /** Told by the fingerprint whose snapshot may have changed; empty: everybody's. Must be quick. Close ends it. */
    public AutoCloseable onChange(Consumer<Optional<Id>> listener) {
        return snapshots.onChange(listener);
    }

    /** All delegation certificates that are no longer good, and since when. */
    public List<DelegationAuthority.Revoked> revokedCertificates() throws RefusedException {
        Attempt<List<DelegationAuthority.Revoked>> attempt = database.read(
                handle -> Attempt.to(() -> tables.certificates().revoked(handle)));
        return attempt.get();
    }

    /** To be called when a card came or went: all snapshots are made anew. */
    public void cardsChanged() {
        snapshots.allChanged();
    }

    /**
     * A code for a person, made by the operator beside the proxy; an earlier code for the name is no longer good.
     *
     * @throws RefusedException {@link ErrorCode#NAME_TAKEN}, {@link ErrorCode#INPUT_INVALID}
     */
    public Outcome.Invited invite(String name, Role role, Duration valid) throws RefusedException {
        Instant now = clock.instant();
        return ledger.write(batch -> {
            books.check();
            Invitation invitation = Invitation.ofSomebodyNew(name, role, now.plus(valid));
            Outcome.Invited invited = people.invite(batch.handle(), invitation, now);
            recorder.append(batch, new AuditEntry(now,
                    new AuditEntry.Happened("invited by the operator", name, Optional.of(role), new byte[0])));
            return settling -> invited;
        });
    }

    /**
     * Ends the key of somebody enrolled.
     *
     * @return a code by which the same person enrols with another key, made by the operator beside the proxy
     * @throws RefusedException {@link ErrorCode#USER_UNKNOWN}, {@link ErrorCode#INPUT_INVALID}
     */
    public Outcome.Invited replaceKey(String name, Duration valid) throws RefusedException {
        Instant now = clock.instant();
        return ledger.write(batch -> {
            books.check();
            User user = people.named(batch.handle(), name);
            Outcome.Invited invited = people.endKey(batch.handle(), Invitation.replacing(user, now.plus(valid)), now);
            recorder.append(batch, new AuditEntry(now, new AuditEntry.Happened(PeopleActions.KEY_ENDED, name,
                    Optional.of(user.role()), new byte[0])));
            batch.afterCommit(() -> snapshots.changed(user.fingerprint()));
            return settling -> invited;
        });
    }

    /**
     * Takes all access from somebody, by the operator beside the proxy: no card is touched by it any more, but what is at
     * a card already goes on to its end.
     *
     * @throws RefusedException {@link ErrorCode#USER_UNKNOWN}, {@link ErrorCode#ROLE_INSUFFICIENT} for an owner
     */
    public void disable(String name) throws RefusedException {
        Instant now = clock.instant();
        ledger.write(batch -> {
            books.check();
            User user = people.disable(batch.handle(), name, now);
            recorder.append(batch, new AuditEntry(now, new AuditEntry.Happened(PeopleActions.DISABLED, name,
                    Optional.of(user.role()), new byte[0])));
            batch.afterCommit(() -> snapshots.changed(user.fingerprint()));
            return settling -> user;
        });
    }

    /** @throws RefusedException {@link ErrorCode#CODE_INVALID} if there is none or it is too old */
    public Invitation invitation(EnrollmentCode code) throws RefusedException {
        Instant now = clock.instant();
        Attempt<Optional<Invitation>> attempt = database.read(
                handle -> Attempt.to(() -> tables.invitations().find(handle, code.hash())));
        return valid(attempt.get(), now);
    }

    private static Invitation valid(Optional<Invitation> invitation, Instant now) throws RefusedException {
        return invitation.filter(found -> now.isBefore(found.expires())).orElseThrow(
                () -> new RefusedException(ErrorCode.CODE_INVALID, "the enrolment code is unknown, used or too old"));
    }

    /**
     * Enrols the holder of the certificate's key, and uses the code up.
     *
     * @throws RefusedException {@link ErrorCode#CODE_INVALID}, {@link ErrorCode#NAME_TAKEN} also for a key that is
     *                          enrolled already
     */
    public User enroll(EnrollmentCode code, X509Certificate certificate) throws RefusedException {
        Instant now = clock.instant();
        byte[] der = der(certificate);
        return ledger.write(batch -> {
            books.check();
            Invitation invitation = valid(tables.invitations().find(batch.handle(), code.hash()), now);
            User user = User.enrolled(invitation.replaces().orElseGet(Id::random), invitation, certificate);
            checkNew(batch, user);
            if (invitation.replaces().isPresent()) {
                tables.people().update(batch.handle(), user);
            } else {
                tables.people().insert(batch.handle(), user);
                tables.inviters().enrolled(batch.handle(), code.hash(), user.id());
            }
            tables.invitations().remove(batch.handle(), code.hash());
            recorder.append(batch, new AuditEntry(now, new AuditEntry.Happened(
                    invitation.replaces().isPresent() ? "enrolled with another key" : "enrolled", user.name(),
                    Optional.of(user.role()), der)));
            batch.afterCommit(() -> snapshots.changed(user.fingerprint()));
            return settling -> user;
        });
    }

    private void checkNew(Batch batch, User user) throws RefusedException {
        Optional<User> sameKey = tables.people().byFingerprint(batch.handle(), user.fingerprint());
        if (sameKey.filter(other -> !other.id().equals(user.id())).isPresent()) {
            throw new RefusedException(ErrorCode.NAME_TAKEN,
                    "this key is enrolled already, as " + sameKey.get().name());
        }
        Optional<User> sameName = tables.people().byName(batch.handle(), user.name());
        if (sameName.filter(other -> !other.id().equals(user.id())).isPresent()) {
            throw new RefusedException(ErrorCode.NAME_TAKEN, user.name() + " is enrolled already");
        }
    }

    private static byte[] der(X509Certificate certificate) throws RefusedException {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new RefusedException(ErrorCode.INPUT_INVALID, "the certificate cannot be encoded");
        }
    }
}
