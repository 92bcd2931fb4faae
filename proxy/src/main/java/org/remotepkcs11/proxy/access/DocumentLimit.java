package org.remotepkcs11.proxy.access;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.x509.DigestInfo;
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
    private static final Map<Integer, List<String>> HASHES = Map.of(
            20, List.of("SHA-1"),
            28, List.of("SHA-224", "SHA3-224"),
            32, List.of("SHA-256", "SHA3-256", "SHA-512/256"),
            48, List.of("SHA-384", "SHA3-384"),
            64, List.of("SHA-512", "SHA3-512"));
    private static final int SHA_1_BYTES = 20;

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
            checkDigest(digest(operation), operation.toBeSigned());
        }
    }

    /** @throws RefusedException {@link ErrorCode#DOCUMENT_UNSEEN} */
    static byte[] digest(Operation operation) throws RefusedException {
        if (operation.mechanism() == Mechanisms.ECDSA || operation.mechanism() == Mechanisms.RSA_PKCS_PSS) {
            return operation.input();
        }
        if (operation.mechanism() != Mechanisms.RSA_PKCS) {
            throw unseen("by mechanism 0x" + Long.toHexString(operation.mechanism())
                    + " it cannot be seen which document is signed");
        }
        try {
            DigestInfo info = DigestInfo.getInstance(operation.input());
            if (Arrays.equals(info.getEncoded("DER"), operation.input())) {
                return info.getDigest();
            }
        } catch (IOException | IllegalArgumentException | IllegalStateException | ClassCastException e) {
            throw unseen("what is to be signed is no DigestInfo, so it cannot be seen which document it is");
        }
        throw unseen("what is to be signed is no DER DigestInfo, so it cannot be seen which document it is");
    }

    private void checkDigest(byte[] digest, byte[] toBeSigned) throws RefusedException {
        if (digest.length <= Id.HASH_BYTES * 2 && documents.contains(Id.of(digest))) {
            return;
        }
        if (toBeSigned.length == 0) {
            throw unseen("there is only a digest, and it is of none of the delegation's documents; whether it is of "
                    + "signed attributes or a SignedInfo for one of them cannot be seen");
        }
        if (digest.length == SHA_1_BYTES) {
            throw forbidden("sha-1 does not bind what was sent along to the signature");
        }
        if (!binds(digest, toBeSigned)) {
            throw forbidden("the digest is not of what was sent along");
        }
        checkToBeSigned(toBeSigned);
    }

    /** Whether it is of this; SHA-1 is of nothing for sure. */
    static boolean binds(byte[] digest, byte[] toBeSigned) {
        return digest.length != SHA_1_BYTES && HASHES.getOrDefault(digest.length, List.of()).stream()
                .anyMatch(hash -> Arrays.equals(hash(hash, toBeSigned), digest));
    }

    /** EdDSA signs the message itself: the document, or signed attributes. */
    private void checkMessage(byte[] message) throws RefusedException {
        boolean document = HASHES.values().stream().flatMap(List::stream)
                .anyMatch(hash -> documents.contains(Id.of(hash(hash, message))));
        if (!document) {
            checkToBeSigned(message);
        }
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

    private static byte[] hash(String algorithm, byte[] message) {
        try {
            return MessageDigest.getInstance(algorithm).digest(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the platform lacks " + algorithm, e);
        }
    }

    private static RefusedException unseen(String detail) {
        return new RefusedException(ErrorCode.DOCUMENT_UNSEEN, detail);
    }

    private static RefusedException forbidden(String detail) {
        return new RefusedException(ErrorCode.DOCUMENT_FORBIDDEN, detail);
    }
}
