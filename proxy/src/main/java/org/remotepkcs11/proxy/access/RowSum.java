package org.remotepkcs11.proxy.access;

import org.jdbi.v3.core.Handle;

/**
 * A sum over all rows that say who may do what: each row's MAC, made anew under the policy key so that nobody can choose
 * rows that cancel each other out, added without carry. A row that comes is added, one that goes is added once more.
 * Used by the ledger's thread.
 */
final class RowSum {
    private static final int BYTES = 32;
    private static final String ALL = "SELECT mac FROM person UNION ALL SELECT mac FROM invitation"
            + " UNION ALL SELECT mac FROM card UNION ALL SELECT mac FROM card_member"
            + " UNION ALL SELECT mac FROM delegation UNION ALL SELECT mac FROM tally"
            + " UNION ALL SELECT sealed FROM vault_entry UNION ALL SELECT mac FROM delegation_certificate"
            + " UNION ALL SELECT mac FROM inviter";

    private final PolicySeal seal;
    private byte[] sum = new byte[BYTES];

    RowSum(PolicySeal seal) {
        this.seal = seal;
    }

    /** A row with this MAC, or an entry of the vault, came or went. */
    void changed(byte[] mac) {
        byte[] term = seal.mac("term", (Object) mac);
        byte[] next = sum.clone();
        for (int i = 0; i < BYTES; i++) {
            next[i] ^= term[i];
        }
        sum = next;
    }

    /** Counts all that is stored. */
    void readAgain(Handle handle) {
        sum = new byte[BYTES];
        handle.createQuery(ALL).mapTo(byte[].class).forEach(this::changed);
    }

    /** Authenticates the sum at a size of the log: an older sum does not fit a newer log. */
    byte[] sealed(long logSize) {
        return seal.mac("policy_state", sum, logSize);
    }

    Runnable mark() {
        byte[] marked = sum;
        return () -> sum = marked;
    }
}
