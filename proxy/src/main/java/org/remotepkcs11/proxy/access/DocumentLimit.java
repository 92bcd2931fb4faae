package org.remotepkcs11.proxy.access;

import java.util.List;
import java.util.Set;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/**
 * Whether what is to be signed is one of the documents that the owner named by their digests: the document's own digest,
 * or the digest of CMS SignedAttributes or an XML SignedInfo that were sent along and hold the document's.
 */
final class DocumentLimit {
    private final Set<Id> documents;

    DocumentLimit(Set<Id> documents) {
        this.documents = documents;
    }

    /**
     * @throws RefusedException {@link ErrorCode#DOCUMENT_FORBIDDEN}, or {@link ErrorCode#DOCUMENT_UNSEEN} where it
     *                          cannot be known what is signed
     */
    void check(Operation operation) throws RefusedException {
        if (operation.kind() != Operation.Kind.SIGN) {
            throw forbidden("the delegation is for signing certain documents; " + operation.kind() + " is not that");
        }
        if (operation.mechanism() == Mechanisms.EDDSA) {
            checkMessage(operation.input());
        } else {
            checkDigest(SignedDigest.of(operation), operation.toBeSigned());
        }
    }

    private void checkDigest(SignedDigest digest, byte[] toBeSigned) throws RefusedException {
        if (documents.stream().anyMatch(document -> digest.is(document.bytes()))) {
            return;
        }
        if (toBeSigned.length == 0) {
            throw new RefusedException(ErrorCode.DOCUMENT_UNSEEN, "there is only a digest, and it is of none of the "
                    + "delegation's documents; whether it is of signed attributes or a SignedInfo for one of them cannot "
                    + "be seen");
        }
        if (digest.isSha1()) {
            throw forbidden("sha-1 does not bind what was sent along to the signature");
        }
        if (digest.of(toBeSigned).isEmpty()) {
            throw forbidden("the digest is not of what was sent along");
        }
        checkToBeSigned(toBeSigned);
    }

    /** EdDSA signs the message itself: the document, or signed attributes. */
    private void checkMessage(byte[] message) throws RefusedException {
        if (SignedDigest.digests(message, this::hasLength).noneMatch(digest -> documents.contains(Id.of(digest)))) {
            checkToBeSigned(message);
        }
    }

    private boolean hasLength(int length) {
        return documents.stream().anyMatch(document -> document.bytes().length == length);
    }

    /** The digests that CMS signed attributes or an XML SignedInfo name; none if it is neither. */
    static List<byte[]> named(byte[] toBeSigned) {
        return SignedAttributes.messageDigest(toBeSigned).map(List::of).orElseGet(() -> SignedInfo.digests(toBeSigned));
    }

    private void checkToBeSigned(byte[] bytes) throws RefusedException {
        List<byte[]> signed = named(bytes);
        if (signed.isEmpty()) {
            throw forbidden("what is to be signed is neither one of the delegation's documents nor cms signed "
                    + "attributes nor an xml SignedInfo that says plainly what is signed");
        }
        for (byte[] document : signed) {
            if (document.length > Id.HASH_BYTES * 2 || !documents.contains(Id.of(document))) {
                throw forbidden("what is to be signed is for another document");
            }
        }
    }

    private static RefusedException forbidden(String detail) {
        return new RefusedException(ErrorCode.DOCUMENT_FORBIDDEN, detail);
    }
}
