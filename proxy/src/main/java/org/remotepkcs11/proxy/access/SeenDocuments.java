package org.remotepkcs11.proxy.access;

import java.util.List;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/** Which documents an operation signs, as far as it can be seen by the rules of {@link DocumentLimit}. */
final class SeenDocuments {
    private SeenDocuments() {
    }

    /** Their digests; none where it cannot be seen. */
    static List<Id> of(Operation operation) {
        if (operation.kind() != Operation.Kind.SIGN) {
            return List.of();
        }
        if (operation.mechanism() == Mechanisms.EDDSA) {
            List<Id> named = ids(DocumentLimit.named(operation.input()));
            return named.isEmpty() ? List.of(Fingerprint.ofDer(operation.input())) : named;
        }
        try {
            byte[] digest = DocumentLimit.digest(operation);
            List<Id> named = DocumentLimit.binds(digest, operation.toBeSigned())
                    ? ids(DocumentLimit.named(operation.toBeSigned())) : List.of();
            return named.isEmpty() ? ids(List.of(digest)) : named;
        } catch (RefusedException unseen) {
            return List.of();
        }
    }

    private static List<Id> ids(List<byte[]> digests) {
        return digests.stream().filter(digest -> digest.length > 0 && digest.length <= Id.HASH_BYTES * 2)
                .map(Id::of).toList();
    }
}
