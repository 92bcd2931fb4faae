package org.remotepkcs11.wire;

import java.util.Arrays;

/**
 * Accepts each sequence number of a session once: numbers may arrive out of order, up to {@link #WIDTH} behind the
 * highest accepted one. The window slides as in RFC 4303 section 3.4.3.
 */
public final class ReplayWindow {
    /** How far behind the highest number one may be. */
    public static final int WIDTH = 4096;

    private final long[] seen = new long[WIDTH / Long.SIZE];
    private long highest;

    /** Whether {@code sequence}, from 1, was not accepted before and is not too old; then it is from now on. */
    public synchronized boolean accept(long sequence) {
        if (sequence < 1 || sequence <= highest - WIDTH) {
            return false;
        }
        if (sequence > highest) {
            forget(sequence);
            highest = sequence;
        } else if ((seen[word(sequence)] & 1L << sequence) != 0) {
            return false;
        }
        seen[word(sequence)] |= 1L << sequence;
        return true;
    }

    /** Clears the places of the numbers between the highest and {@code sequence}. */
    private void forget(long sequence) {
        if (sequence - highest >= WIDTH) {
            Arrays.fill(seen, 0);
            return;
        }
        for (long number = highest + 1; number <= sequence; number++) {
            seen[word(number)] &= ~(1L << number);
        }
    }

    private static int word(long sequence) {
        return (int) (sequence / Long.SIZE % (WIDTH / Long.SIZE));
    }
}
