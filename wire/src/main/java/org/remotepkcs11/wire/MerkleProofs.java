package org.remotepkcs11.wire;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/** Proofs about an append-only log: RFC 6962 section 2.1 with SHA-256, verified as in RFC 9162 section 2.1. */
public final class MerkleProofs {
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private MerkleProofs() {
    }

    /** Of one entry. */
    public static byte[] leafHash(byte[] entry) {
        MessageDigest digest = Fingerprint.sha256();
        digest.update(LEAF);
        return digest.digest(entry);
    }

    /** Of two subtrees. */
    public static byte[] nodeHash(byte[] left, byte[] right) {
        MessageDigest digest = Fingerprint.sha256();
        digest.update(NODE);
        digest.update(left);
        return digest.digest(right);
    }

    /** Of a log without entries. */
    public static byte[] emptyRoot() {
        return Fingerprint.sha256().digest();
    }

    /**
     * Whether the entry with that leaf hash stands at {@code index} of the tree of {@code size} entries with that root.
     *
     * @param proof audit path, RFC 6962 section 2.1.1
     */
    public static boolean verifyInclusion(long index, long size, byte[] leafHash, List<byte[]> proof, byte[] root) {
        if (index < 0 || index >= size) {
            return false;
        }
        long node = index;
        long last = size - 1;
        byte[] hash = leafHash;
        for (byte[] sibling : proof) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                hash = nodeHash(sibling, hash);
                int levels = Long.numberOfTrailingZeros(node);
                node >>>= levels;
                last >>>= levels;
            } else {
                hash = nodeHash(hash, sibling);
            }
            node >>>= 1;
            last >>>= 1;
        }
        return last == 0 && Arrays.equals(hash, root);
    }

    /**
     * Whether the tree of {@code newSize} entries begins with the tree of {@code oldSize}.
     *
     * @param proof RFC 6962 section 2.1.2; empty where the sizes are equal or the old one is 0
     */
    public static boolean verifyConsistency(long oldSize, byte[] oldRoot, long newSize, byte[] newRoot,
                                            List<byte[]> proof) {
        if (oldSize < 0 || oldSize > newSize) {
            return false;
        }
        if (oldSize == 0 || oldSize == newSize) {
            byte[] expected = oldSize == 0 ? emptyRoot() : newRoot;
            return proof.isEmpty() && Arrays.equals(oldRoot, expected);
        }
        boolean complete = Long.bitCount(oldSize) == 1;
        if (!complete && proof.isEmpty()) {
            return false;
        }
        byte[] start = complete ? oldRoot : proof.get(0);
        return climb(oldSize, newSize, start, complete ? proof : proof.subList(1, proof.size()), oldRoot, newRoot);
    }

    private static boolean climb(long oldSize, long newSize, byte[] start, List<byte[]> path, byte[] oldRoot,
                                 byte[] newRoot) {
        int levels = Long.numberOfTrailingZeros(~(oldSize - 1));
        long node = oldSize - 1 >>> levels;
        long last = newSize - 1 >>> levels;
        byte[] oldHash = start;
        byte[] newHash = start;
        for (byte[] sibling : path) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                oldHash = nodeHash(sibling, oldHash);
                newHash = nodeHash(sibling, newHash);
                int skipped = Long.numberOfTrailingZeros(node);
                node >>>= skipped;
                last >>>= skipped;
            } else {
                newHash = nodeHash(newHash, sibling);
            }
            node >>>= 1;
            last >>>= 1;
        }
        return last == 0 && Arrays.equals(oldHash, oldRoot) && Arrays.equals(newHash, newRoot);
    }
}
