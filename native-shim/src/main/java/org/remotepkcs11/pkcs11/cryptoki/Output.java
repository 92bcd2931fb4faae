package org.remotepkcs11.pkcs11.cryptoki;

import org.remotepkcs11.pkcs11.table.Room;

/**
 * Where a caller wants a result of variable length, PKCS #11 v3.2 section 5.2: a NULL pointer asks for the length, a
 * buffer has room for so many bytes (or items).
 */
public final class Output {
    private final boolean lengthOnly;
    private final long room;
    private long length;
    private byte[] value;

    private Output(boolean lengthOnly, long room) {
        this.lengthOnly = lengthOnly;
        this.room = room;
    }

    public static Output of(Room room) {
        return new Output(room.lengthOnly(), room.capacity());
    }

    /** The caller passed NULL. */
    public static Output forLength() {
        return new Output(true, 0);
    }

    public static Output withRoom(long room) {
        return new Output(false, room);
    }

    public boolean lengthOnly() {
        return lengthOnly;
    }

    public boolean fits(long bytes) {
        return Long.compareUnsigned(bytes, room) <= 0;
    }

    /**
     * Tells the caller how long the result is, or may at most be.
     *
     * @return whether the result itself is wanted now
     * @throws CkException {@code CKR_BUFFER_TOO_SMALL}
     */
    public boolean wants(long bytes) {
        length = bytes;
        if (lengthOnly) {
            return false;
        }
        if (!fits(bytes)) {
            throw new CkException(CKR.BUFFER_TOO_SMALL);
        }
        return true;
    }

    /** @throws CkException {@code CKR_BUFFER_TOO_SMALL} */
    public void put(byte[] result) {
        if (wants(result.length)) {
            value = result;
        }
    }

    /** To be written to {@code *pulLen}, also with {@code CKR_BUFFER_TOO_SMALL}. */
    public long length() {
        return length;
    }

    /** What was put; null where only the length was asked or nothing was put. */
    public byte[] value() {
        return value;
    }
}
