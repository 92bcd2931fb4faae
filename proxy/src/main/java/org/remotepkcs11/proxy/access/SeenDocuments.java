package org.remotepkcs11.proxy.access;

import java.util.List;
import java.util.Optional;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.MessageBounds;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/**
 * What an operation signs, as far as it can be seen by the rules of {@link DocumentLimit}: all documents or none.
 *
 * @param documents their digests; none if it cannot be seen what they are
 * @param digest    then the digest that is signed, if the input is one
 */
record SeenDocuments(List<Id> documents, Id digest) {
    private static final SeenDocuments NOTHING = new SeenDocuments(List.of(), Id.NONE);

    static SeenDocuments of(Operation operation) {
        if (operation.kind() != Operation.Kind.SIGN) {
            return NOTHING;
        }
        if (operation.mechanism() == Mechanisms.EDDSA) {
            return all(DocumentLimit.named(operation.input()), Fingerprint.ofDer(operation.input()), Id.NONE);
        }
        try {
            SignedDigest digest = SignedDigest.of(operation);
            if (!isDigest(digest.bytes())) {
                return NOTHING;
            }
            Optional<byte[]> whole = operation.toBeSigned().length > 0 ? digest.of(operation.toBeSigned())
                    : Optional.empty();
            return whole.map(bytes -> all(DocumentLimit.named(operation.toBeSigned()), Id.of(bytes), Id.of(bytes)))
                    .orElseGet(() -> new SeenDocuments(List.of(), Id.of(digest.bytes())));
        } catch (RefusedException unseen) {
            return NOTHING;
        }
    }

    /** @param itself where nothing is named: what is signed is the document */
    private static SeenDocuments all(List<byte[]> named, Id itself, Id digest) {
        if (named.isEmpty()) {
            return new SeenDocuments(List.of(itself), Id.NONE);
        }
        return named.size() <= MessageBounds.MAX_SEEN_DOCUMENTS && named.stream().allMatch(SeenDocuments::isDigest)
                ? new SeenDocuments(named.stream().map(Id::of).toList(), Id.NONE)
                : new SeenDocuments(List.of(), digest);
    }

    private static boolean isDigest(byte[] bytes) {
        return bytes.length > 0 && bytes.length <= Id.HASH_BYTES * 2;
    }
}
