package org.remotepkcs11.proxy.access;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.remotepkcs11.proxy.store.Batch;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.Approval;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.MessageBounds;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;

/**
 * What owners were asked to approve, and what they said. In memory alone: after a restart the owner is asked again. Each
 * is for one operation id with one input, and good for as long as the owner had to approve it, but not less than a minute:
 * who asked may be slow to ask again. It changes with the work
 * that a batch does, so that whoever comes later in the same batch finds it changed, and back if that is undone.
 */
final class Approvals {
    /** Of one delegation: whoever asks for more has to wait. */
    private static final int MOST_OF_DELEGATION = 32;

    private static final Duration LEAST_GOOD = Duration.ofMinutes(1);

    private record Name(Id delegation, Id operation) {
        static Name of(Approval approval) {
            return new Name(approval.delegation(), approval.operation());
        }
    }

    private enum State { WAITS, APPROVED, USED, DENIED }

    /** @param good until when the answer is known, or the want of one */
    private record Case(Id owner, Approval asked, State state, Instant good) {
        boolean waitsAt(Instant now) {
            return state == State.WAITS && !now.isAfter(asked.until());
        }

        /** Shown to the owner, who may still say no. */
        boolean openAt(Instant now) {
            return waitsAt(now) || state == State.APPROVED && !now.isAfter(good);
        }

        /** To give the same answer again changes nothing. */
        boolean mayBe(boolean approve) {
            return state == State.APPROVED || state == (approve ? State.USED : State.DENIED);
        }

        String otherwise(Instant now) {
            return switch (state) {
                case USED -> ": it was approved, and done";
                case DENIED -> ": it was denied";
                default -> now.isAfter(asked.until()) ? ": its time is over" : "";
            };
        }

        Case in(State other) {
            return new Case(owner, asked, other, good);
        }

        Case answered(boolean approve, Instant until) {
            return new Case(owner, asked, approve ? State.APPROVED : State.DENIED, until);
        }

        Approval shown() {
            return state == State.APPROVED ? asked.approved(good) : asked;
        }
    }

    private final Map<Name, Case> cases = new HashMap<>();

    /** @throws RefusedException {@link ErrorCode#PROXY_BUSY} if too much waits for the owner already */
    synchronized void ask(Batch batch, Id owner, Approval approval, Duration within) throws RefusedException {
        cases.values().removeIf(one -> approval.asked().isAfter(one.good()));
        checkRoom(one -> one.asked().delegation().equals(approval.delegation()), approval.asked(), MOST_OF_DELEGATION,
                "of this delegation");
        checkRoom(one -> one.owner().equals(owner), approval.asked(), MessageBounds.MAX_WAITING, "of this owner's cards");
        put(batch, Name.of(approval), new Case(owner, approval, State.WAITS, goodAfter(approval.until(), within)));
    }

    private static Instant goodAfter(Instant moment, Duration within) {
        return moment.plus(within.compareTo(LEAST_GOOD) < 0 ? LEAST_GOOD : within);
    }

    private void checkRoom(Predicate<Case> which, Instant now, int most, String where) throws RefusedException {
        long open = cases.values().stream().filter(one -> which.test(one) && one.openAt(now)).count();
        if (open >= most) {
            throw new RefusedException(ErrorCode.PROXY_BUSY,
                    open + " operations " + where + " wait for the owner, or were approved and are not done");
        }
    }

    private void put(Batch batch, Name name, Case changed) {
        Case before = cases.put(name, changed);
        batch.ifUndone(() -> undo(name, before));
    }

    private synchronized void undo(Name name, Case before) {
        if (before == null) {
            cases.remove(name);
        } else {
            cases.put(name, before);
        }
    }

    /**
     * Passes if the owner approved this very operation.
     *
     * @param input of the request
     * @return false if the owner has to be asked
     * @throws RefusedException {@link ErrorCode#APPROVAL_PENDING}, {@link ErrorCode#APPROVAL_DENIED},
     *                          {@link ErrorCode#APPROVAL_TIMED_OUT}, {@link ErrorCode#OPERATION_CONFLICT}
     */
    synchronized boolean use(Asked by, Id delegation, Id input) throws RefusedException {
        Name name = new Name(delegation, by.operation());
        Case known = cases.get(name);
        if (known == null || by.now().isAfter(known.good())) {
            return false;
        }
        if (!known.asked().inputHash().equals(input)) {
            throw new RefusedException(ErrorCode.OPERATION_CONFLICT,
                    "the owner was asked about something else under the operation id " + by.operation());
        }
        if (known.state() == State.WAITS) {
            throw unanswered(known.asked(), by.now());
        }
        if (known.state() == State.DENIED) {
            throw new RefusedException(ErrorCode.APPROVAL_DENIED, "the owner denied the operation " + by.operation());
        }
        put(by.batch(), name, known.in(State.USED));
        return true;
    }

    private static RefusedException unanswered(Approval asked, Instant now) {
        return now.isAfter(asked.until())
                ? new RefusedException(ErrorCode.APPROVAL_TIMED_OUT, "the owner did not approve the operation "
                        + asked.operation() + " until " + asked.until())
                : pending(asked, now);
    }

    static RefusedException pending(Approval asked, Instant now) {
        return new RefusedException(new Refusal(ErrorCode.APPROVAL_PENDING, "the operation " + asked.operation()
                + " waits for the owner's approval until " + asked.until(), 0,
                Duration.between(now, asked.until()).plusMillis(1)));
    }

    /**
     * Whether the owner may say this: what was approved can be denied until it is done, what was denied remains so.
     *
     * @throws RefusedException {@link ErrorCode#APPROVAL_TIMED_OUT} if nothing waits for it
     */
    synchronized void checkAnswer(Administration.Decide decide, Instant now) throws RefusedException {
        answerable(decide, now);
    }

    /** @param within how long the owner had */
    synchronized void answer(Asked by, Administration.Decide decide, Duration within) throws RefusedException {
        Case known = answerable(decide, by.now());
        if (known.state() == State.WAITS || !decide.approve() && known.state() == State.APPROVED) {
            put(by.batch(), Name.of(known.asked()), known.answered(decide.approve(), goodAfter(by.now(), within)));
        }
    }

    private Case answerable(Administration.Decide decide, Instant now) throws RefusedException {
        Case known = cases.get(new Name(decide.delegation(), decide.operation()));
        if (known == null || now.isAfter(known.good()) || !known.asked().inputHash().equals(decide.inputHash())
                || !(known.waitsAt(now) || known.mayBe(decide.approve()))) {
            throw new RefusedException(ErrorCode.APPROVAL_TIMED_OUT, "no operation " + decide.operation()
                    + " with this input waits for this answer" + (known == null ? "" : known.otherwise(now)));
        }
        return known;
    }

    /** For a list: on this owner's cards, in the order in which they were asked. */
    synchronized List<Approval> open(Id owner, Instant now) {
        return sorted(one -> one.owner().equals(owner) && one.openAt(now));
    }

    private List<Approval> sorted(Predicate<Case> which) {
        return cases.values().stream().filter(which).map(Case::shown).sorted(Comparator.comparing(Approval::asked))
                .toList();
    }

    /** For a snapshot: what a user waits for, or to the owner all of the card. */
    synchronized List<RemoteCard.Waiting> shown(Delegation delegation, Instant now) {
        return sorted(one -> one.waitsAt(now) && (delegation.byOwner()
                ? one.asked().cardId().equals(delegation.card())
                : one.asked().delegation().equals(delegation.id()))).stream()
                .map(asked -> new RemoteCard.Waiting(asked.operation(), asked.until())).toList();
    }

    /** The delegation ended. */
    synchronized void end(Batch batch, Id delegation) {
        Map<Name, Case> ended = new HashMap<>(cases);
        ended.keySet().removeIf(name -> !name.delegation().equals(delegation));
        cases.keySet().removeAll(ended.keySet());
        batch.ifUndone(() -> ended.forEach(this::undo));
    }
}
