package org.remotepkcs11.cli.owner;

import java.security.SecureRandom;

/** Virtual PINs made at random. */
public final class VirtualPin {
    /** Eight of 31 letters and digits: 39 bits, and tries are counted. None of them looks like another. */
    private static final String ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    private static final int LENGTH = 8;
    private static final SecureRandom RANDOM = new SecureRandom();

    private VirtualPin() {
    }

    /** The caller wipes it. */
    public static char[] random() {
        char[] pin = new char[LENGTH];
        for (int i = 0; i < pin.length; i++) {
            pin[i] = ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length()));
        }
        return pin;
    }
}
