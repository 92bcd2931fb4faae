package org.remotepkcs11.proxy.access;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/**
 * Whether what is to be signed is one of the documents that the owner named by their digests: the document's own digest,
 * or the digest of CMS SignedAttributes that were sent along and hold the document's.
 */
final class DocumentLimit {
    private static final Map<Integer, List<String>> HASHES = Map.of(
            20, List.of("SHA-1"),
            28, List.of("SHA-224", "SHA3-224"),
            32, List.of("SHA-256", "SHA3-256", "SHA-512/256"),
            48, List.of("SHA-384", "SHA3-384"),
            64, List.of("SHA-512", "SHA3-512"));
    private static final int SHA_1_BYTES = 20;

    private final Set<Id> documents;
    private final Optional<byte[]> signedAttributes;

    /** @param signedAttributes DER, RFC 5652 section 5.4, where the user sent them */
    DocumentLimit(Set<Id> documents, Optional<byte[]> signedAttributes) {
        this.documents = documents;
        this.signedAttributes = signedAttributes;
    }

    /** @throws RefusedException {@link ErrorCode#DOCUMENT_FORBIDDEN} also where it cannot be known what is signed */
    void check(Operation operation) throws RefusedException {
        if (operation.kind() != Operation.Kind.SIGN) {
            throw forbidden("the delegation is for signing certain documents; " + operation.kind() + " is not that");
        }
        if (operation.mechanism() == Mechanisms.EDDSA) {
            checkMessage(operation.input());
        } else {
            checkDigest(digest(operation));
        }
    }

    private static byte[] digest(Operation operation) throws RefusedException {
        if (operation.mechanism() == Mechanisms.ECDSA || operation.mechanism() == Mechanisms.RSA_PKCS_PSS) {
            return operation.input();
        }
        if (operation.mechanism() != Mechanisms.RSA_PKCS) {
            throw forbidden("by mechanism 0x" + Long.toHexString(operation.mechanism())
                    + " it cannot be seen which document is signed");
        }
        try {
            DigestInfo info = DigestInfo.getInstance(operation.input());
            if (Arrays.equals(info.getEncoded("DER"), operation.input())) {
                return info.getDigest();
            }
        } catch (IOException | IllegalArgumentException | IllegalStateException | ClassCastException e) {
            throw forbidden("what is to be signed is no DigestInfo, so it cannot be seen which document it is");
        }
        throw forbidden("what is to be signed is no DER DigestInfo, so it cannot be seen which document it is");
    }

    private void checkDigest(byte[] digest) throws RefusedException {
        if (digest.length <= Id.HASH_BYTES * 2 && documents.contains(Id.of(digest))) {
            return;
        }
        if (signedAttributes.isEmpty()) {
            throw forbidden("the digest is of none of the delegation's documents; if it is of CMS signed attributes, "
                    + "they must be sent along");
        }
        if (digest.length == SHA_1_BYTES) {
            throw forbidden("sha-1 does not bind the signed attributes to the signature");
        }
        byte[] attributes = signedAttributes.get();
        boolean ofAttributes = HASHES.getOrDefault(digest.length, List.of()).stream()
                .anyMatch(hash -> Arrays.equals(hash(hash, attributes), digest));
        if (!ofAttributes) {
            throw forbidden("the digest is not of the signed attributes that were sent along");
        }
        checkAttributes(attributes);
    }

    /** EdDSA signs the message itself: the document, or signed attributes. */
    private void checkMessage(byte[] message) throws RefusedException {
        boolean document = HASHES.values().stream().flatMap(List::stream)
                .anyMatch(hash -> documents.contains(Id.of(hash(hash, message))));
        if (!document) {
            checkAttributes(message);
        }
    }

    private void checkAttributes(byte[] attributes) throws RefusedException {
        byte[] document = SignedAttributes.messageDigest(attributes)
                .orElseThrow(() -> forbidden("what is to be signed is neither one of the delegation's documents nor "
                        + "cms signed attributes"));
        if (document.length > Id.HASH_BYTES * 2 || !documents.contains(Id.of(document))) {
            throw forbidden("the signed attributes are for another document");
        }
    }

    private static byte[] hash(String algorithm, byte[] message) {
        try {
            return MessageDigest.getInstance(algorithm).digest(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the platform lacks " + algorithm, e);
        }
    }

    private static RefusedException forbidden(String detail) {
        return new RefusedException(ErrorCode.DOCUMENT_FORBIDDEN, detail);
    }
}
