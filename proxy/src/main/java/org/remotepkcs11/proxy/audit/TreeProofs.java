package org.remotepkcs11.proxy.audit;

import java.util.ArrayList;
import java.util.List;
import org.remotepkcs11.wire.MerkleProofs;

/** Makes the proofs of RFC 6962 section 2.1 from stored nodes: of the order of log n reads. */
final class TreeProofs {
    private final TreeNodes nodes;

    TreeProofs(TreeNodes nodes) {
        this.nodes = nodes;
    }

    /** Merkle tree hash, section 2.1. @param size at least 1 */
    byte[] root(long size) {
        return range(0, size);
    }

    /** Audit path, section 2.1.1. */
    List<byte[]> inclusion(long index, long size) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("no entry " + index + " in a tree of " + size);
        }
        List<byte[]> path = new ArrayList<>();
        path(index, 0, size, path);
        return path;
    }

    private void path(long index, long from, long to, List<byte[]> path) {
        if (to - from == 1) {
            return;
        }
        long middle = from + split(to - from);
        if (index < middle) {
            path(index, from, middle, path);
            path.add(range(middle, to));
        } else {
            path(index, middle, to, path);
            path.add(range(from, middle));
        }
    }

    /** Consistency proof, section 2.1.2; empty from or to an empty tree and between equal ones. */
    List<byte[]> consistency(long older, long newer) {
        if (older < 0 || older > newer) {
            throw new IllegalArgumentException("a tree of " + newer + " does not continue one of " + older);
        }
        List<byte[]> proof = new ArrayList<>();
        if (older > 0 && older < newer) {
            subproof(older, 0, newer, proof);
        }
        return proof;
    }

    /** The older tree's own root is left out while the way leads along its right edge from the top. */
    private void subproof(long older, long from, long to, List<byte[]> proof) {
        if (older == to) {
            if (from > 0) {
                proof.add(range(from, to));
            }
            return;
        }
        long middle = from + split(to - from);
        if (older <= middle) {
            subproof(older, from, middle, proof);
            proof.add(range(middle, to));
        } else {
            subproof(older, middle, to, proof);
            proof.add(range(from, middle));
        }
    }

    /** Of leaves from a place that is a multiple of the largest power of two below the length. */
    private byte[] range(long from, long to) {
        long length = to - from;
        if (Long.bitCount(length) == 1) {
            int level = Long.numberOfTrailingZeros(length);
            return nodes.hash(level, from >>> level);
        }
        long middle = from + split(length);
        return MerkleProofs.nodeHash(range(from, middle), range(middle, to));
    }

    /** The largest power of two below the length. */
    private static long split(long length) {
        return Long.highestOneBit(length - 1);
    }
}
