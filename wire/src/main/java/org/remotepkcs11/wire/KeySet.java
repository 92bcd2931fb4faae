package org.remotepkcs11.wire;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The keys of one physical card behind a remote one, or of several that hold the same keys, with what goes with them. An
 * application sees one key set of a remote card.
 *
 * @param present      whether some physical card that holds these keys answers
 * @param mechanisms   {@code CKM_*} that the proxy will apply
 * @param certificates all certificates
 * @param keys         all private keys the delegation allows
 */
public record KeySet(boolean present, Set<Long> mechanisms, List<CertificateObject> certificates,
                     List<PrivateKeyObject> keys) {
    public KeySet {
        mechanisms = Set.copyOf(mechanisms);
        certificates = List.copyOf(certificates);
        keys = List.copyOf(keys);
    }

    /** The same for the same keys, whatever else changes: 16 bytes. */
    public Id id() {
        byte[][] fingerprints = keys.stream().map(key -> key.fingerprint().bytes()).sorted(Arrays::compare)
                .toArray(byte[][]::new);
        return Id.of(Arrays.copyOf(Fingerprint.sha256(fingerprints), Id.RANDOM_BYTES));
    }
}
