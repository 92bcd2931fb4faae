package org.remotepkcs11.proxy.access;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.proxy.store.Batch;
import org.remotepkcs11.proxy.store.Ledger;
import org.remotepkcs11.proxy.store.Work;
import org.remotepkcs11.proxy.store.Work.Settlement;
import org.remotepkcs11.proxy.vault.CardKey;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.ReceivedRequest;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Snapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that authorises and records together: enrolled, delegation (not revoked, in time, within its count),
 * key, mechanism and document, virtual PIN, operation id; then the durable record. Denials are recorded the same way.
 * Futures fail with {@link RefusedException} only if nothing could be recorded.
 */
public final class Gate {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
    /** No card works at one operation for longer; whoever takes a right away waits no longer than this. */
    private static final long QUIET_SECONDS = 120;
    private static final Snapshot NOTHING = new Snapshot("", List.of());

    private final Ledger ledger;
    private final Books books;
    private final Tables tables;
    private final Recorder recorder;
    private final Rights rights;
    private final PinGuard pins;
    private final Uses uses;
    private final Administrator administrator;
    private final LogReading reading;
    private final Conclusions conclusions;
    private final Snapshots snapshots;
    private final Strangers strangers;
    private final Clock clock;

    Gate(Parts parts, Administrator administrator, Conclusions conclusions, Strangers strangers) {
        this.ledger = parts.ledger();
        this.books = parts.books();
        this.tables = parts.tables();
        this.recorder = parts.recorder();
        this.rights = new Rights(tables);
        this.pins = parts.pins();
        this.uses = new Uses(parts, administrator.approvals());
        this.administrator = administrator;
        this.reading = new LogReading(recorder.reader(), recorder);
        this.conclusions = conclusions;
        this.snapshots = parts.snapshots();
        this.strangers = strangers;
        this.clock = parts.clock();
    }

    /**
     * Judges a request whose signature, session and sequence number were found right. The request must stay open until
     * the future is done.
     */
    public CompletableFuture<Admission> admit(Caller caller, ReceivedRequest request) {
        Instant now = clock.instant();
        return rule(batch -> {
            Attempt<User> known = Attempt.to(() -> admitted(batch, caller, request.request()));
            if (known.refused() != null) {
                return stranger(batch, caller, known.refused().refusal(), now);
            }
            Asked asked = new Asked(batch, known.result(), request, now);
            try {
                return judge(asked, caller);
            } catch (RefusedException e) {
                return recorder.denied(asked, caller, e.refusal());
            }
        });
    }

    /** A renewed key is good for nothing but to ask again for the answer to its renewal. */
    private User admitted(Batch batch, Caller caller, Request request) throws RefusedException {
        if (request instanceof Request.Open || request instanceof Request.RenewCertificate) {
            Optional<User> former = tables.people().byRenewedKey(batch.handle(), caller.fingerprint());
            if (former.isPresent()
                    && tables.people().byFingerprint(batch.handle(), caller.fingerprint()).isEmpty()) {
                return former.get();
            }
        }
        return enrolled(batch, caller);
    }

    private User enrolled(Batch batch, Caller caller) throws RefusedException {
        return tables.people().byFingerprint(batch.handle(), caller.fingerprint())
                .orElseThrow(() -> new RefusedException(ErrorCode.USER_UNKNOWN,
                        "the key " + caller.fingerprint() + " is not enrolled"));
    }

    private Settlement<Ruling> judge(Asked asked, Caller caller) throws RefusedException {
        books.check();
        if (asked.user().disabled()) {
            throw new RefusedException(ErrorCode.USER_DISABLED, asked.user().name() + " is disabled");
        }
        Request request = asked.request().request();
        administrator.people().checkVouched(asked.user(), caller, request);
        if (request instanceof Request.Use use) {
            return uses.admit(asked, use);
        } else if (request instanceof Request.Login login) {
            return login(asked, login);
        } else if (request instanceof Request.Open open) {
            return recorder.opened(asked, open);
        } else if (request instanceof Request.ReadLog read) {
            return reading.read(asked, read);
        } else if (request instanceof Request.Watch) {
            return recorder.done(asked, new Outcome.Watched(false));
        } else if (request instanceof Request.ChangePin change) {
            return administrator.delegations().changePin(asked, change);
        } else if (request instanceof Request.RenewCertificate renew) {
            return administrator.people().renew(asked, renew);
        } else if (request instanceof Request.Administer administer) {
            return administrator.act(asked, administer.action());
        }
        throw new IllegalStateException("a request this proxy does not know: " + request.getClass());
    }

    private Settlement<Ruling> login(Asked asked, Request.Login login) throws RefusedException {
        Delegation delegation = rights.inForce(asked, login.card());
        Rights.checkTime(delegation, asked.now());
        Tally tally = tables.tallies().of(asked.handle(), delegation.id());
        try (CardKey key = pins.open(asked, delegation, tally)) {
            if (tables.sealedPins().remove(asked.handle(), delegation.id())) {
                asked.batch().afterCommit(() -> snapshots.changed(asked.user().fingerprint()));
            }
            return recorder.done(asked, new Outcome.LoggedIn());
        }
    }

    /** Records what became of a pending admission. A use that no card was touched for is not counted. */
    public CompletableFuture<Recorded> conclude(Admission.Pending pending, Outcome outcome) {
        Instant now = clock.instant();
        return rule(batch -> conclusions.conclude(batch, pending, outcome, now)).thenApply(Gate::recorded);
    }

    /**
     * The card took the PIN: keeps it with what the card shows, and records that. The check must stay open until the
     * future is done.
     *
     * @return {@link Admission.Done}, or {@link Admission.Denied} if label or card were taken meanwhile
     */
    public CompletableFuture<Admission> settle(CardCheck check, CardDescription description) {
        Instant now = clock.instant();
        return rule(batch -> conclusions.settle(batch, check, description, now));
    }

    /**
     * Records a refusal that came before {@link #admit}.
     *
     * @param verified the request, if its signature was right: the log keeps it as evidence
     * @return {@link Recorded#position} is {@code NONE} where a stranger's refusal was only counted
     */
    public CompletableFuture<Recorded> refuse(Caller caller, Optional<ReceivedRequest> verified, Refusal refusal) {
        Instant now = clock.instant();
        return rule(batch -> {
            Attempt<User> known = Attempt.to(() -> enrolled(batch, caller));
            return known.refused() != null ? stranger(batch, caller, refusal, now)
                    : recorder.refused(batch, known.result(), AuditEntry.Right.NONE,
                            new Recorder.Turned(caller, verified, refusal, now));
        }).thenApply(Gate::recorded);
    }

    private Settlement<Ruling> stranger(Batch batch, Caller caller, Refusal refusal, Instant now) {
        return strangers.list(now)
                .map(listed -> recorder.refusedStranger(batch, caller, refusal, listed))
                .orElse(settling -> Ruling.ofStranger(snapshot -> new Admission.Denied(refusal, Recorded.NOT_LISTED)));
    }

    private CompletableFuture<Admission> rule(Work<Ruling> work) {
        return ledger.submit(work).thenCompose(ruling -> ruling.quiet().get()
                .completeOnTimeout(null, QUIET_SECONDS, TimeUnit.SECONDS).thenApply(quiet -> admission(ruling)));
    }

    private Admission admission(Ruling ruling) {
        try {
            return ruling.admitted().with(ruling.user().map(this::snapshot).orElse(NOTHING));
        } catch (RefusedException e) {
            throw new CompletionException(e);
        }
    }

    private Snapshot snapshot(User user) {
        try {
            return snapshots.of(user.fingerprint());
        } catch (RefusedException e) {
            LOG.error("the snapshot of {} cannot be made", user.name(), e);
            return NOTHING;
        }
    }

    private static Recorded recorded(Admission admission) {
        if (admission instanceof Admission.Done done) {
            return done.recorded();
        }
        if (admission instanceof Admission.Denied denied) {
            return denied.recorded();
        }
        throw new IllegalStateException("nothing was recorded");
    }
}
