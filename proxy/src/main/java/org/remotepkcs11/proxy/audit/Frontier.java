package org.remotepkcs11.proxy.audit;

import org.remotepkcs11.wire.MerkleProofs;

/** The whole subtrees that make up a Merkle tree of some size: all that is needed to append to it. Immutable. */
final class Frontier {
    static final Frontier EMPTY = new Frontier(0, new byte[0][]);

    private final long size;
    /** By level: the hash where the size has that bit. */
    private final byte[][] peaks;

    private Frontier(long size, byte[][] peaks) {
        this.size = size;
        this.peaks = peaks;
    }

    /** Of a stored tree. */
    static Frontier of(long size, TreeNodes nodes) {
        byte[][] peaks = new byte[levels(size)][];
        for (int level = 0; level < peaks.length; level++) {
            if ((size >>> level & 1) == 1) {
                peaks[level] = nodes.hash(level, (size >>> level) - 1);
            }
        }
        return new Frontier(size, peaks);
    }

    private static int levels(long size) {
        return Long.SIZE - Long.numberOfLeadingZeros(size);
    }

    long size() {
        return size;
    }

    /** With one leaf more; {@code made} is told of every node that became whole, the leaf first. */
    Frontier append(byte[] leaf, NodeMade made) {
        byte[][] next = new byte[levels(size + 1)][];
        System.arraycopy(peaks, 0, next, 0, peaks.length);
        byte[] hash = leaf;
        int level = 0;
        made.node(0, size, leaf);
        while ((size >>> level & 1) == 1) {
            hash = MerkleProofs.nodeHash(peaks[level], hash);
            next[level] = null;
            level++;
            made.node(level, size >>> level, hash);
        }
        next[level] = hash;
        return new Frontier(size + 1, next);
    }

    /** Merkle tree hash, RFC 6962 section 2.1; of at least one leaf. */
    byte[] root() {
        byte[] root = null;
        for (byte[] peak : peaks) {
            if (peak != null) {
                root = root == null ? peak : MerkleProofs.nodeHash(peak, root);
            }
        }
        return root;
    }

    void forEach(NodeMade node) {
        for (int level = 0; level < peaks.length; level++) {
            if (peaks[level] != null) {
                node.node(level, (size >>> level) - 1, peaks[level]);
            }
        }
    }

    /** Told of nodes. */
    @FunctionalInterface
    interface NodeMade {
        void node(int level, long position, byte[] hash);
    }
}
