package org.remotepkcs11.proxy.access;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.remotepkcs11.proxy.store.Work.Settlement;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.Approval;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.MessageBounds;
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
    private final Approvals approvals;

    ApprovalActions(Parts parts) {
        this.tables = parts.tables();
        this.ownership = new Ownership(tables);
        this.recorder = parts.recorder();
        this.snapshots = parts.snapshots();
        this.approvals = parts.approvals();
    }

    /**
     * The last check of a use that is right in all else.
     *
     * @throws RefusedException {@link ErrorCode#APPROVAL_PENDING}, {@link ErrorCode#APPROVAL_DENIED},
     *                          {@link ErrorCode#APPROVAL_TIMED_OUT}, {@link ErrorCode#PROXY_BUSY}
     */
    void check(Asked asked, Delegation delegation, Request.Use use) throws RefusedException {
        Duration within = delegation.limits().approveWithin();
        if (within.isZero() || approvals.approved(delegation.id(), asked.operation(), asked.request().inputHash(),
                asked.now())) {
            return;
        }
        KnownCard card = tables.cards().byId(asked.handle(), delegation.card()).orElseThrow();
        List<Member> members = tables.cards().members(asked.handle(), card.id());
        Approval approval = new Approval(delegation.id(), asked.operation(), asked.request().inputHash(),
                asked.user().name(), card.label(), use.document().map(Request.Document::name).orElse(""),
                use.operations().stream().map(operation -> shown(operation, members)).toList(), asked.now(),
                asked.now().plus(within));
        asked.batch().afterCommit(() -> approvals.ask(card.id(), approval, within));
        changed(asked, asked.user(), card);
        throw Approvals.pending(approval, asked.now());
    }

    private static Approval.Asked shown(Operation operation, List<Member> members) {
        String key = members.stream().flatMap(member -> member.key(operation.key()).stream()).findFirst()
                .orElseThrow().label();
        List<Id> documents = SeenDocuments.of(operation).stream().limit(MessageBounds.MAX_SEEN_DOCUMENTS).toList();
        return new Approval.Asked(key, operation.kind(), operation.mechanism(), documents,
                Fingerprint.ofDer(operation.input()));
    }

    /** Both wait for their snapshots to change. */
    private void changed(Asked asked, User user, KnownCard card) throws RefusedException {
        User owner = tables.people().byId(asked.handle(), card.owner());
        asked.batch().afterCommit(() -> {
            snapshots.changed(user.fingerprint());
            snapshots.changed(owner.fingerprint());
        });
    }

    Settlement<Ruling> list(Asked asked) throws RefusedException {
        ownership.checkOwner(asked);
        Set<Id> cards = tables.cards().ownedBy(asked.handle(), asked.user().id()).stream().map(KnownCard::id)
                .collect(Collectors.toSet());
        Instant now = asked.now();
        return recorder.done(asked, () -> new Outcome.ApprovalsListed(approvals.waiting(cards, now)));
    }

    /** The owner's request is in the log, and names the operation and all that is asked by it. */
    Settlement<Ruling> decide(Asked asked, Administration.Decide decide) throws RefusedException {
        Delegation delegation = ownership.ofOwnCard(asked, decide.delegation());
        Approval waiting = approvals.waiting(delegation.id(), decide.operation(), decide.inputHash(), asked.now())
                .orElseThrow(() -> new RefusedException(ErrorCode.APPROVAL_TIMED_OUT,
                        "no operation " + decide.operation() + " with this input waits for approval"));
        asked.batch().afterCommit(() -> approvals.answer(waiting, decide.approve(), asked.now(),
                delegation.limits().approveWithin()));
        changed(asked, tables.people().byId(asked.handle(), delegation.person()),
                tables.cards().byId(asked.handle(), delegation.card()).orElseThrow());
        return recorder.done(asked, new Outcome.Administered(Id.NONE));
    }
}
