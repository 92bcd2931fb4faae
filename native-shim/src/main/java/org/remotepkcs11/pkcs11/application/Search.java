package org.remotepkcs11.pkcs11.application;

import java.util.Arrays;

/** Handles that a search found and that were not yet asked for. */
final class Search {
    private final long[] found;
    private int next;

    Search(long[] found) {
        this.found = found;
    }

    /** At most so many more. */
    long[] next(long most) {
        int count = (int) Math.min(Math.max(most, 0), found.length - next);
        next += count;
        return Arrays.copyOfRange(found, next - count, next);
    }
}
