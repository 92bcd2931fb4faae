package org.remotepkcs11.proxy.access;

import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.vault.CardKey;
import org.remotepkcs11.proxy.vault.Vault;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;

/** Checks virtual PINs before any card is touched, and counts the wrong ones. */
final class PinGuard {
    private final Tallies tallies;
    private final Vault vault;
    private final Snapshots snapshots;
    private final int allowed;

    PinGuard(Tallies tallies, Vault vault, Snapshots snapshots, int allowed) {
        this.tallies = tallies;
        this.vault = vault;
        this.snapshots = snapshots;
        this.allowed = allowed;
    }

    /**
     * The card key, which the caller closes.
     *
     * @throws RefusedException {@link ErrorCode#PIN_LOCKED}, {@link ErrorCode#PIN_MISSING}, {@link ErrorCode#PIN_WRONG}
     */
    CardKey open(Asked asked, Delegation delegation, Tally tally) throws RefusedException {
        if (tally.tries() >= Tally.RESTORED) {
            throw new RefusedException(ErrorCode.PIN_LOCKED, "the proxy was restored from a backup: "
                    + "the virtual pin is locked until the owner has looked at the delegation");
        }
        if (tally.tries() >= allowed) {
            throw new RefusedException(ErrorCode.PIN_LOCKED,
                    "the virtual pin is locked after " + allowed + " wrong tries"
                            + (delegation.byOwner() ? "; the card's own pin unlocks it: rpkcs11 card pin" : ""));
        }
        byte[] proof = asked.pinProof();
        CardKey key = vault.open(asked.handle(), delegation.binding(), proof).orElse(null);
        if (key == null) {
            throw wrong(asked, delegation, tally);
        }
        if (tally.tries() > 0) {
            put(asked, delegation, tally, 0);
        }
        return key;
    }

    /**
     * As {@link #open}, but an owner who has locked the own PIN by wrong tries is let in by it and the PIN of the physical
     * card together, and forgiven. Which of the two is wrong is not said; of these tries, too, there are only so many.
     */
    CardKey openOrUnlock(Asked asked, Delegation own, Member member) throws RefusedException {
        Tally tally = tallies.of(asked.handle(), own.id());
        if (tally.tries() < allowed || tally.tries() >= 2L * allowed) {
            return open(asked, own, tally);
        }
        CardKey key = vault.open(asked.handle(), own.binding(), asked.pinProof()).orElse(null);
        if (key == null || !isCardPin(asked.cardPin(), key, own, member)) {
            if (key != null) {
                key.close();
            }
            put(asked, own, tally, tally.tries() + 1);
            throw new RefusedException(ErrorCode.PIN_LOCKED, "the virtual pin is locked, and either it or the pin of "
                    + "the card is wrong now; " + (2L * allowed - tally.tries() - 1) + " tries are left");
        }
        put(asked, own, tally, 0);
        return key;
    }

    private boolean isCardPin(byte[] given, CardKey key, Delegation own, Member member) {
        try (CardPin kept = vault.unseal(key, own.card(), member.source(), member.sealedPin()).orElse(null)) {
            byte[] bytes = kept == null ? new byte[0] : kept.utf8();
            boolean same = MessageDigest.isEqual(bytes, given);
            Arrays.fill(bytes, (byte) 0);
            return same;
        }
    }

    private RefusedException wrong(Asked asked, Delegation delegation, Tally tally) {
        if (!vault.has(asked.handle(), delegation.id())) {
            return new RefusedException(ErrorCode.STATE_UNTRUSTED,
                    "a row of the table vault_entry was deleted outside the proxy");
        }
        long tries = tally.tries() + 1;
        put(asked, delegation, tally, tries);
        int left = (int) (allowed - tries);
        String detail = left == 0 ? "the virtual pin is wrong, and locked now"
                : "the virtual pin is wrong; " + left + (left == 1 ? " try is left" : " tries are left");
        return new RefusedException(new Refusal(ErrorCode.PIN_WRONG, detail, left, Duration.ZERO));
    }

    /** Wrong tries show in the snapshot of the user whose PIN it is. */
    private void put(Asked asked, Delegation delegation, Tally before, long tries) {
        tallies.update(asked.handle(), delegation.id(), before, new Tally(before.operations(), tries));
        asked.batch().afterCommit(() -> snapshots.changed(asked.user().fingerprint()));
    }
}
