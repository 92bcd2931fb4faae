package org.remotepkcs11.proxy.access;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
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
 * who asked may be slow to ask again.
 */
final class Approvals {
    /** Of one delegation: whoever asks for more has to wait. */
    private static final int MOST_WAITING = 32;

    private static final Duration LEAST_GOOD = Duration.ofMinutes(1);

    private record Name(Id delegation, Id operation) {
        static Name of(Approval approval) {
            return new Name(approval.delegation(), approval.operation());
        }
    }

    private enum Answer { NONE, APPROVED, DENIED }

    /** @param good until when the answer is known, or the want of one */
    private record Case(Id card, Approval asked, Answer answer, Instant good) {
        boolean waitsAt(Instant now) {
            return answer == Answer.NONE && !now.isAfter(asked.until());
        }
    }

    private final Map<Name, Case> cases = new HashMap<>();

    /** To be asked of the owner once the request for it is recorded. */
    synchronized void ask(Id card, Approval approval, Duration within) {
        cases.values().removeIf(one -> approval.asked().isAfter(one.good()));
        cases.putIfAbsent(Name.of(approval), new Case(card, approval, Answer.NONE, goodAfter(approval.until(), within)));
    }

    /**
     * Passes if the owner approved this very operation.
     *
     * @param input of the request
     * @return false if the owner has to be asked
     * @throws RefusedException {@link ErrorCode#APPROVAL_PENDING}, {@link ErrorCode#APPROVAL_DENIED},
     *                          {@link ErrorCode#APPROVAL_TIMED_OUT}
     */
    synchronized boolean approved(Id delegation, Id operation, Id input, Instant now) throws RefusedException {
        Case known = cases.get(new Name(delegation, operation));
        if (known == null || now.isAfter(known.good())) {
            checkRoom(delegation, now);
            return false;
        }
        if (!known.asked().inputHash().equals(input)) {
            throw new RefusedException(ErrorCode.OPERATION_CONFLICT,
                    "the owner was asked about something else under the operation id " + operation);
        }
        if (known.answer() == Answer.NONE) {
            throw unanswered(known.asked(), now);
        }
        if (known.answer() == Answer.DENIED) {
            throw new RefusedException(ErrorCode.APPROVAL_DENIED, "the owner denied the operation " + operation);
        }
        return true;
    }

    private void checkRoom(Id delegation, Instant now) throws RefusedException {
        long waiting = cases.values().stream()
                .filter(one -> one.asked().delegation().equals(delegation) && one.waitsAt(now)).count();
        if (waiting >= MOST_WAITING) {
            throw new RefusedException(ErrorCode.PROXY_BUSY,
                    waiting + " operations of this delegation wait for the owner's approval already");
        }
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

    private static Instant goodAfter(Instant moment, Duration within) {
        return moment.plus(within.compareTo(LEAST_GOOD) < 0 ? LEAST_GOOD : within);
    }

    /** What waits for an answer to exactly this. */
    synchronized Optional<Approval> waiting(Id delegation, Id operation, Id input, Instant now) {
        return Optional.ofNullable(cases.get(new Name(delegation, operation))).filter(one -> one.waitsAt(now))
                .map(Case::asked).filter(asked -> asked.inputHash().equals(input));
    }

    /** The owner's answer, once it is recorded; too late for what ended meanwhile. */
    synchronized void answer(Approval asked, boolean approve, Instant now, Duration within) {
        cases.computeIfPresent(Name.of(asked), (name, one) ->
                new Case(one.card(), asked, approve ? Answer.APPROVED : Answer.DENIED, goodAfter(now, within)));
    }

    /** On these cards, in the order in which they were asked. */
    synchronized List<Approval> waiting(Set<Id> cards, Instant now) {
        return waiting(one -> cards.contains(one.card()), now);
    }

    private List<Approval> waiting(Predicate<Case> which, Instant now) {
        return cases.values().stream().filter(one -> one.waitsAt(now) && which.test(one)).map(Case::asked)
                .sorted(Comparator.comparing(Approval::asked)).limit(MessageBounds.MAX_WAITING).toList();
    }

    /** For a snapshot: what a user waits for, or to the owner all of the card. */
    synchronized List<RemoteCard.Waiting> shown(Delegation delegation, Instant now) {
        return waiting(one -> delegation.byOwner() ? one.card().equals(delegation.card())
                        : one.asked().delegation().equals(delegation.id()), now).stream()
                .map(asked -> new RemoteCard.Waiting(asked.operation(), asked.until())).toList();
    }

    /** The delegation ended. */
    synchronized void end(Id delegation) {
        cases.keySet().removeIf(name -> name.delegation().equals(delegation));
    }
}
