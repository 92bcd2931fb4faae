package org.remotepkcs11.proxy.audit;

/** Hashes of the whole subtrees of a Merkle tree. */
@FunctionalInterface
interface TreeNodes {
    /** Of the {@code 2^level} leaves from {@code position * 2^level}; level 0 is the leaf itself. */
    byte[] hash(int level, long position);

    /**
     * A number for every node: in the order of a walk from left to right, so that new ones come at the end.
     * Level 0 has the even numbers.
     */
    static long number(int level, long position) {
        return (position << level + 1) + (1L << level) - 1;
    }
}
