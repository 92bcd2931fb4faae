package org.remotepkcs11.wire;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The limits of a delegation; what is absent, zero or empty does not limit.
 *
 * @param notBefore       first moment of use
 * @param notAfter        last moment of use
 * @param maxOperations   how often the keys may be applied; 0: as often as wanted
 * @param keys            {@link Fingerprint}s of the keys that may be used
 * @param mechanisms      {@code CKM_*} numbers
 * @param kinds           operations
 * @param documentDigests digests that may be signed
 */
public record Limits(Optional<Instant> notBefore, Optional<Instant> notAfter, long maxOperations, Set<Id> keys,
                     Set<Long> mechanisms, Set<Operation.Kind> kinds, Set<Id> documentDigests) {
    public static final Limits NONE =
            new Limits(Optional.empty(), Optional.empty(), 0, Set.of(), Set.of(), Set.of(), Set.of());

    public Limits {
        if (maxOperations < 0) {
            throw new IllegalArgumentException("a negative number of operations");
        }
        keys = Set.copyOf(keys);
        mechanisms = Set.copyOf(mechanisms);
        kinds = Set.copyOf(kinds);
        documentDigests = Set.copyOf(documentDigests);
    }
}
