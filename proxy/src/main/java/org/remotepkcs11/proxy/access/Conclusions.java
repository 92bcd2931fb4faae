package org.remotepkcs11.proxy.access;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.proxy.cards.CardJob;
import org.remotepkcs11.proxy.store.Batch;
import org.remotepkcs11.proxy.store.Work.Settlement;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;

/** Records what became of intents. */
final class Conclusions {
    private final Tables tables;
    private final Recorder recorder;
    private final CardActions cards;

    Conclusions(Parts parts, CardActions cards) {
        this.tables = parts.tables();
        this.recorder = parts.recorder();
        this.cards = cards;
    }

    Settlement<Ruling> conclude(Batch batch, Admission.Pending pending, Outcome outcome, Instant now)
            throws RefusedException {
        if (pending instanceof Granted granted) {
            giveBack(batch, granted, outcome);
            return end(batch, granted.intent(), outcomeOf(granted, outcome), now);
        }
        CardCheck check = (CardCheck) pending;
        return end(batch, check.intent(), new AuditEntry.Outcome(check.intent().index(), refusal(outcome), List.of()),
                now);
    }

    private Settlement<Ruling> end(Batch batch, Intent intent, AuditEntry.Outcome outcome, Instant now) {
        tables.operations().ended(batch.handle(), intent.index());
        return recorder.concluded(batch, intent.user(), now, outcome);
    }

    private static Optional<Refusal> refusal(Outcome outcome) {
        return outcome instanceof Outcome.Refused refused ? Optional.of(refused.refusal()) : Optional.empty();
    }

    private static AuditEntry.Outcome outcomeOf(Granted granted, Outcome outcome) {
        List<AuditEntry.Result> results = new ArrayList<>();
        if (outcome instanceof Outcome.Used used) {
            for (int i = 0; i < used.results().size(); i++) {
                results.add(result(granted.operations().get(i), used.results().get(i), granted.asked(i)));
            }
        }
        return new AuditEntry.Outcome(granted.intent().index(), refusal(outcome), results);
    }

    /** Signatures are named by their hash; of plaintexts and shared secrets even a hash could be searched. */
    private static AuditEntry.Result result(Operation operation, Outcome.Result result, List<String> members) {
        if (result instanceof Outcome.Result.Output output) {
            boolean signature = operation.kind() == Operation.Kind.SIGN;
            return new AuditEntry.Result(0, signature ? Fingerprint.ofDer(output.value()) : Id.NONE, members);
        }
        return new AuditEntry.Result(((Outcome.Result.Failed) result).refusal().code().number(), Id.NONE,
                members);
    }

    private void giveBack(Batch batch, Granted granted, Outcome outcome) throws RefusedException {
        int back = Math.min(untouched(granted, outcome), granted.intent().counted());
        if (back > 0) {
            Tally tally = tables.tallies().of(batch.handle(), granted.delegation());
            tables.tallies().update(batch.handle(), granted.delegation(), tally,
                    new Tally(Math.max(0, tally.operations() - back), tally.tries()));
            tables.operations().giveBack(batch.handle(), granted.intent().operation(), back);
        }
    }

    private static int untouched(Granted granted, Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused) {
            return CardJob.leftUntouched(refused.refusal().code()) ? granted.operations().size() : 0;
        }
        if (outcome instanceof Outcome.Used used) {
            return (int) used.results().stream().filter(result -> result instanceof Outcome.Result.Failed failed
                    && CardJob.leftUntouched(failed.refusal().code())).count();
        }
        return 0;
    }

    Settlement<Ruling> settle(Batch batch, CardCheck check, CardDescription description, Instant now) {
        Intent intent = check.intent();
        try {
            Id card = cards.store(batch, check, description, now);
            return done(end(batch, intent, new AuditEntry.Outcome(intent.index(), Optional.empty(), List.of()), now),
                    intent, card);
        } catch (RefusedException e) {
            return end(batch, intent,
                    new AuditEntry.Outcome(intent.index(), Optional.of(e.refusal()), List.of()), now);
        }
    }

    private static Settlement<Ruling> done(Settlement<Ruling> concluded, Intent intent, Id card) {
        return batch -> {
            Ruling ruling = concluded.settle(batch);
            return Ruling.of(intent.user(), snapshot -> new Admission.Done(intent.user(),
                    new Outcome.Administered(card), ((Admission.Done) ruling.admitted().with(snapshot)).recorded()));
        };
    }

    /** At start: what was under way when the proxy stopped. */
    int interrupted(Batch batch, Instant now, int atMost) {
        List<Long> intents = tables.operations().unfinished(batch.handle(), atMost);
        Refusal interrupted = Refusal.of(ErrorCode.PROXY_FAILED,
                "interrupted: the proxy stopped before it recorded what the card did");
        for (long intent : intents) {
            tables.operations().ended(batch.handle(), intent);
            recorder.append(batch, new AuditEntry(now,
                    new AuditEntry.Outcome(intent, Optional.of(interrupted), List.of())));
        }
        return intents.size();
    }
}
