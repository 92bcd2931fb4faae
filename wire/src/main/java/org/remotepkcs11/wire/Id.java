package org.remotepkcs11.wire;

import java.util.Arrays;
import java.util.HexFormat;

/** A short immutable byte string that names something: a session, a card, an operation, a public key. */
public final class Id implements Comparable<Id> {
    /** Bytes of an id that is drawn at random. */
    public static final int RANDOM_BYTES = 16;
    /** Bytes of an id that is a SHA-256. */
    public static final int HASH_BYTES = 32;
    /** The id of nothing, as in the session of an Open. */
    public static final Id NONE = new Id(new byte[0]);

    private static final int MAX_BYTES = 64;

    private final byte[] value;

    private Id(byte[] value) {
        this.value = value;
    }

    /** @throws IllegalArgumentException if longer than 64 bytes */
    public static Id of(byte[] value) {
        if (value.length > MAX_BYTES) {
            throw new IllegalArgumentException("an id of " + value.length + " bytes; at most " + MAX_BYTES);
        }
        return value.length == 0 ? NONE : new Id(value.clone());
    }

    /** @throws IllegalArgumentException if {@code hex} is not pairs of hexadecimal digits */
    public static Id ofHex(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    /** 16 random bytes. */
    public static Id random() {
        return random(RANDOM_BYTES);
    }

    /** {@link #HASH_BYTES} random bytes: a nonce. */
    public static Id nonce() {
        return random(HASH_BYTES);
    }

    private static Id random(int length) {
        byte[] value = new byte[length];
        SoftwareProviders.random().nextBytes(value);
        return new Id(value);
    }

    /** Without copying: nobody else may keep {@code value}. */
    static Id owning(byte[] value) {
        return value.length == 0 ? NONE : new Id(value);
    }

    /** Without copying: not to be changed. */
    byte[] value() {
        return value;
    }

    public byte[] bytes() {
        return value.clone();
    }

    public int length() {
        return value.length;
    }

    public boolean isNone() {
        return value.length == 0;
    }

    @Override
    public int compareTo(Id other) {
        return Arrays.compareUnsigned(value, other.value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Id id && Arrays.equals(value, id.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    /** Lower-case hexadecimal. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(value);
    }
}
