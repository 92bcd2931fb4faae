package org.remotepkcs11.proxy.access;

import java.time.Instant;
import org.jdbi.v3.core.Handle;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.proxy.store.Batch;
import org.remotepkcs11.proxy.vault.Vault;
import org.remotepkcs11.wire.RefusedException;

/**
 * Puts another secret in the place of the store's, in one transaction, while nobody serves. The access ends with it: it
 * still has the old one.
 */
public final class Rekeying {
    private final Parts parts;
    private final PolicySeal seal;

    Rekeying(Parts parts, PolicySeal seal) {
        this.parts = parts;
        this.seal = seal;
    }

    /**
     * Every rule gets a MAC under the next secret, after the one that it has was found right.
     *
     * @return how many rows there are
     * @throws RefusedException {@code STATE_UNTRUSTED} if a rule is not as the proxy left it
     */
    public int policy(byte[] next) throws RefusedException {
        return rules(next, "policy key changed", true);
    }

    /**
     * Where the policy secret is lost, or rules were put back, added or deleted by hand: takes them as they stand. Nobody
     * knows whether they are right, so every user's delegation is locked until its owner has looked at it.
     */
    public int acceptRules(byte[] next) throws RefusedException {
        return rules(next, "policy key replaced after a loss: rules taken as they stand by the operator", false);
    }

    private int rules(byte[] next, String what, boolean verified) throws RefusedException {
        Instant now = parts.clock().instant();
        return parts.ledger().write(batch -> {
            if (verified) {
                parts.books().check();
            }
            int rows = rekey(batch, next, verified);
            if (!verified) {
                parts.books().accept();
                Resumption.lockAll(parts, batch);
            }
            record(batch, now, what);
            return settling -> rows;
        });
    }

    private int rekey(Batch batch, byte[] next, boolean verified) throws RefusedException {
        SealedRows rows = new SealedRows(batch.handle());
        PolicySeal after = new PolicySeal(next);
        int count = 0;
        for (String table : rows.tables()) {
            count += rows.reseal(table, verified ? seal : after, after, verified);
        }
        byte[] before = seal.take(next);
        batch.ifUndone(() -> seal.take(before));
        seal.sum().readAgain(batch.handle());
        StoreSecret.POLICY.use(batch.handle(), next);
        return count;
    }

    /**
     * Every entry is carried by the next secret, without any PIN; see {@link Vault}.
     *
     * @return how many entries there are
     */
    public int vault(byte[] next) throws RefusedException {
        Instant now = parts.clock().instant();
        return parts.ledger().write(batch -> {
            parts.books().check();
            int entries = parts.vault().carry(batch.handle(), next);
            StoreSecret.VAULT.use(batch.handle(), next);
            record(batch, now, "vault key changed");
            return settling -> entries;
        });
    }

    /**
     * Where the vault secret is lost: no PIN opens any card again, so every card is removed. Owners add them anew.
     *
     * @return how many cards there were
     */
    public int forgetCards(byte[] next) throws RefusedException {
        Instant now = parts.clock().instant();
        return parts.ledger().write(batch -> {
            parts.books().check();
            int cards = remove(batch.handle());
            StoreSecret.VAULT.use(batch.handle(), next);
            record(batch, now, "vault key replaced after a loss: all cards removed");
            return settling -> cards;
        });
    }

    private int remove(Handle handle) throws RefusedException {
        Aftermath aftermath = new Aftermath(parts);
        int cards = 0;
        for (KnownCard card : parts.tables().cards().all(handle)) {
            cards += card.removed() ? 0 : 1;
            aftermath.removed(handle, card.id());
        }
        return cards;
    }

    private void record(Batch batch, Instant now, String what) {
        parts.recorder().append(batch, new AuditEntry(now, AuditEntry.Happened.of(what)));
        batch.afterCommit(parts.snapshots()::allChanged);
    }
}
