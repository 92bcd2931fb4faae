package org.remotepkcs11.proxy.access;

import java.util.Optional;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.proxy.store.Work.Settlement;
import org.remotepkcs11.proxy.vault.CardKey;
import org.remotepkcs11.proxy.vault.Vault;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;

/** Admits uses of keys: every check in its order, then the durable intent. */
final class Uses {
    private final Tables tables;
    private final Rights rights;
    private final PinGuard pins;
    private final Vault vault;
    private final Recorder recorder;
    private final Touches touches;
    private final ApprovalActions approvals;

    Uses(Parts parts, ApprovalActions approvals) {
        this.tables = parts.tables();
        this.rights = new Rights(tables);
        this.pins = parts.pins();
        this.vault = parts.vault();
        this.recorder = parts.recorder();
        this.touches = parts.touches();
        this.approvals = approvals;
    }

    Settlement<Ruling> admit(Asked asked, Request.Use use) throws RefusedException {
        Delegation delegation = rights.inForce(asked, use.card());
        Rights.checkTime(delegation, asked.now());
        Tally tally = tables.tallies().of(asked.handle(), delegation.id());
        Optional<Operations.Known> known = tables.operations().find(asked.handle(), asked.operation());
        long counted = known.filter(before -> before.sameAs(asked.user(), asked.request().inputHash()))
                .map(Operations.Known::counted).orElse(0L);
        int more = (int) (use.operations().size() - counted);
        rights.checkCount(delegation, tally, more);
        Members members = tables.cards().members(asked.handle(), delegation.card());
        new UseLimits(delegation.limits(), members).check(use);
        CardKey key = pins.open(asked, delegation, tally);
        asked.batch().ifUndone(key::close);
        try {
            Repeats.check(known, asked);
            approvals.check(asked, delegation, members);
        } catch (RefusedException e) {
            key.close();
            throw e;
        }
        count(asked, delegation, new Count(new Tally(tally.operations(), 0), known, more));
        long index = recorder.append(asked.batch(), new AuditEntry(asked.now(),
                new AuditEntry.Intent(asked.evidence(), asked.right())));
        tables.operations().begun(asked.handle(), index);
        Intent intent =
                new Intent(asked.user(), index, asked.operation(), more, known.isPresent(), use.operations());
        Granted granted = new Granted(intent, delegation, new Granted.Opened(members.sound(), key, vault), touches);
        return batch -> Ruling.untold(granted);
    }

    /** @param before as it stands after the right PIN, which forgets wrong ones */
    private record Count(Tally before, Optional<Operations.Known> known, int more) {
    }

    private void count(Asked asked, Delegation delegation, Count count) {
        if (count.more > 0) {
            tables.tallies().update(asked.handle(), delegation.id(), count.before,
                    new Tally(count.before.operations() + count.more, 0));
        }
        if (count.known.isEmpty()) {
            Id input = asked.request().inputHash();
            tables.operations().insert(asked.handle(), asked.operation(),
                    new Operations.Known(asked.user().id(), input, count.more, Optional.empty()));
        } else if (count.more > 0) {
            tables.operations().count(asked.handle(), asked.operation(), count.known.get().counted() + count.more);
        }
    }
}
