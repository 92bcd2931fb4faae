package org.remotepkcs11.wire;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The terms of a delegation; what is absent, zero or empty does not limit.
 *
 * @param notBefore       first moment of use
 * @param notAfter        last moment of use
 * @param maxOperations   how often the keys may be applied; 0: as often as wanted
 * @param keys            {@link Fingerprint}s of the keys that may be used
 * @param mechanisms      {@code CKM_*} numbers
 * @param kinds           operations
 * @param documentDigests digests that may be signed
 * @param hours           when in the week
 * @param warranty        whether the user sees delegation certificates in place of the owner's
 * @param approveWithin   how long the owner has to approve each Use, at most {@link MessageBounds#MAX_WAIT_MS}; zero: no
 *                        approval is needed
 */
public record Limits(Optional<Instant> notBefore, Optional<Instant> notAfter, long maxOperations, Set<Id> keys,
                     Set<Long> mechanisms, Set<Operation.Kind> kinds, Set<Id> documentDigests,
                     Optional<WeeklyHours> hours, boolean warranty, Duration approveWithin) {
    public static final Limits NONE =
            new Limits(Optional.empty(), Optional.empty(), 0, Set.of(), Set.of(), Set.of(), Set.of());

    public Limits {
        if (maxOperations < 0) {
            throw new IllegalArgumentException("a negative number of operations");
        }
        if (approveWithin.isNegative() || approveWithin.toMillis() > MessageBounds.MAX_WAIT_MS) {
            throw new IllegalArgumentException("a time to approve of " + approveWithin);
        }
        keys = Set.copyOf(keys);
        mechanisms = Set.copyOf(mechanisms);
        kinds = Set.copyOf(kinds);
        documentDigests = Set.copyOf(documentDigests);
    }

    /** At any hour, without warranty or approval. */
    public Limits(Optional<Instant> notBefore, Optional<Instant> notAfter, long maxOperations, Set<Id> keys,
                  Set<Long> mechanisms, Set<Operation.Kind> kinds, Set<Id> documentDigests) {
        this(notBefore, notAfter, maxOperations, keys, mechanisms, kinds, documentDigests, Optional.empty(), false,
                Duration.ZERO);
    }

    public Limits withKeys(Set<Id> only) {
        return new Limits(notBefore, notAfter, maxOperations, only, mechanisms, kinds, documentDigests, hours, warranty,
                approveWithin);
    }

    public Limits withMaxOperations(long most) {
        return new Limits(notBefore, notAfter, most, keys, mechanisms, kinds, documentDigests, hours, warranty,
                approveWithin);
    }

    public Limits withHours(WeeklyHours only) {
        return new Limits(notBefore, notAfter, maxOperations, keys, mechanisms, kinds, documentDigests,
                Optional.of(only), warranty, approveWithin);
    }

    public Limits withWarranty() {
        return new Limits(notBefore, notAfter, maxOperations, keys, mechanisms, kinds, documentDigests, hours, true,
                approveWithin);
    }

    public Limits withApproval(Duration within) {
        return new Limits(notBefore, notAfter, maxOperations, keys, mechanisms, kinds, documentDigests, hours, warranty,
                within);
    }

    /** Whether the owner approves each Use. */
    public boolean approved() {
        return !approveWithin.isZero();
    }
}
