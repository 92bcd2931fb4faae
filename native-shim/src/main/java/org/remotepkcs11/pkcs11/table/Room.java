package org.remotepkcs11.pkcs11.table;

/**
 * The room a host offers for an output, PKCS #11 v3.1 section 5.2.
 *
 * @param lengthOnly the host gave no buffer: it asks how long the output is, and nothing is done or ended
 * @param capacity   of the buffer, in bytes or in items; 0 if there is none
 */
public record Room(boolean lengthOnly, long capacity) {
    /** No buffer. */
    public static final Room LENGTH_ONLY = new Room(true, 0);

    public static Room of(long capacity) {
        return new Room(false, capacity);
    }

    /** Whether an output of that length can be given now. */
    public boolean fits(long length) {
        return !lengthOnly && length <= capacity;
    }
}
