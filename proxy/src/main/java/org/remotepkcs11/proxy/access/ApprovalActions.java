package org.remotepkcs11.proxy.access;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.remotepkcs11.proxy.store.Work.Settlement;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.Approval;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;

/** Uses that their owner approves one by one: asked for by users, answered by owners. */
final class ApprovalActions {
    private final Tables tables;
    private final Ownership ownership;
    private final Recorder recorder;
    private final Snapshots snapshots;
    private final PinGuard pins;
    private final Approvals approvals;

    ApprovalActions(Parts parts) {
        this.tables = parts.tables();
        this.ownership = new Ownership(tables);
        this.recorder = parts.recorder();
        this.snapshots = parts.snapshots();
        this.pins = parts.pins();
        this.approvals = parts.approvals();
    }

    /**
     * The last check of a use that is right in all else.
     *
     * @throws RefusedException {@link ErrorCode#APPROVAL_PENDING}, {@link ErrorCode#APPROVAL_DENIED},
     *                          {@link ErrorCode#APPROVAL_TIMED_OUT}, {@link ErrorCode#PROXY_BUSY},
     *                          {@link ErrorCode#INPUT_INVALID}
     */
    void check(Asked asked, Delegation delegation, Members members) throws RefusedException {
        Duration within = delegation.limits().approveWithin();
        if (within.isZero()) {
            return;
        }
        List<Operation> operations = ((Request.Use) asked.request().request()).operations();
        if (operations.size() > 1) {
            throw new RefusedException(ErrorCode.INPUT_INVALID,
                    "the owner approves each operation: ask for each by a request of its own");
        }
        KnownCard card = tables.cards().byId(asked.handle(), delegation.card()).orElseThrow();
        Runnable news = news(asked, asked.user(), card);
        asked.batch().ifUndone(news);
        if (approvals.use(asked, delegation.id(), asked.request().inputHash())) {
            return;
        }
        Approval approval = new Approval(card.id(), delegation.id(), asked.operation(), asked.request().inputHash(),
                asked.user().name(), card.label(), operations.stream().map(operation -> shown(operation, members.sound())).toList(),
                asked.now(), asked.now().plus(within), false);
        approvals.ask(asked.batch(), card.owner(), approval, within);
        asked.batch().afterCommit(news);
        throw Approvals.pending(approval, asked.now());
    }

    private static Approval.Asked shown(Operation operation, List<Member> members) {
        String key = members.stream().flatMap(member -> member.key(operation.key()).stream()).findFirst()
                .orElseThrow().label();
        SeenDocuments seen = SeenDocuments.of(operation);
        return new Approval.Asked(key, operation.withoutInput(), Fingerprint.ofDer(operation.input()),
                seen.documents(), seen.digest());
    }

    /** Both wait for their snapshots to change. */
    private Runnable news(Asked asked, User user, KnownCard card) throws RefusedException {
        User owner = tables.people().byId(asked.handle(), card.owner());
        return () -> {
            snapshots.changed(user.fingerprint());
            snapshots.changed(owner.fingerprint());
        };
    }

    Settlement<Ruling> list(Asked asked) throws RefusedException {
        ownership.checkOwner(asked);
        Id owner = asked.user().id();
        Instant now = asked.now();
        return recorder.done(asked, () -> new Outcome.ApprovalsListed(approvals.open(owner, now)));
    }

    /**
     * The owner's request is in the log, and names the operation and all that is asked by it. Whoever has only the
     * owner's key can refuse, but approve nothing.
     */
    Settlement<Ruling> decide(Asked asked, Administration.Decide decide) throws RefusedException {
        Delegation delegation = ownership.ofOwnCard(asked, decide.delegation());
        approvals.checkAnswer(decide, asked.now());
        if (decide.approve()) {
            checkPin(asked, delegation);
        }
        Runnable news = news(asked, tables.people().byId(asked.handle(), delegation.person()),
                tables.cards().byId(asked.handle(), delegation.card()).orElseThrow());
        asked.batch().ifUndone(news);
        approvals.answer(asked, decide, delegation.limits().approveWithin());
        asked.batch().afterCommit(news);
        return recorder.done(asked, new Outcome.Administered(Id.NONE));
    }

    private void checkPin(Asked asked, Delegation delegation) throws RefusedException {
        Delegation own = ownership.ownEntry(asked, delegation.card());
        pins.open(asked, own, tables.tallies().of(asked.handle(), own.id())).close();
        asked.by(delegation.card(), delegation.id());
    }
}
