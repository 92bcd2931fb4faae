package org.remotepkcs11.testkit.piv;

import java.util.Arrays;

/** The card's PIN and its try counter: NIST SP 800-73-4 part 2, sections 3.2.1 to 3.2.3. */
final class PivPin {
    private static final int LENGTH = 8;
    private static final byte PAD = (byte) 0xFF;

    private final int most;
    private byte[] value;
    private final byte[] unblocking;
    private int triesLeft;
    private boolean verified;

    PivPin(String pin, int most) {
        this.most = most;
        this.value = padded(pin);
        this.unblocking = padded("12345678");
        this.triesLeft = most;
    }

    private static byte[] padded(String pin) {
        if (!pin.matches("[0-9]{6,8}")) {
            throw new IllegalArgumentException("a PIV pin has six to eight digits");
        }
        byte[] bytes = new byte[LENGTH];
        Arrays.fill(bytes, PAD);
        for (int i = 0; i < pin.length(); i++) {
            bytes[i] = (byte) pin.charAt(i);
        }
        return bytes;
    }

    synchronized int triesLeft() {
        return triesLeft;
    }

    synchronized boolean isVerified() {
        return verified;
    }

    synchronized void forget() {
        verified = false;
    }

    /** No data: only asks. */
    synchronized void verify(byte[] data) throws CardStatus {
        if (data.length == 0) {
            if (!verified) {
                throw refused();
            }
            return;
        }
        compare(data);
        verified = true;
    }

    synchronized void change(byte[] oldAndNew) throws CardStatus {
        needBoth(oldAndNew);
        compare(Arrays.copyOf(oldAndNew, LENGTH));
        value = Arrays.copyOfRange(oldAndNew, LENGTH, 2 * LENGTH);
    }

    synchronized void unblock(byte[] unblockingAndNew) throws CardStatus {
        needBoth(unblockingAndNew);
        if (!Arrays.equals(unblocking, Arrays.copyOf(unblockingAndNew, LENGTH))) {
            throw new CardStatus(CardStatus.NOT_VERIFIED);
        }
        value = Arrays.copyOfRange(unblockingAndNew, LENGTH, 2 * LENGTH);
        triesLeft = most;
    }

    private static void needBoth(byte[] both) throws CardStatus {
        if (both.length != 2 * LENGTH) {
            throw new CardStatus(CardStatus.WRONG_LENGTH);
        }
    }

    /** As if somebody had typed a wrong one elsewhere. */
    synchronized void spendTry() {
        verified = false;
        triesLeft = Math.max(0, triesLeft - 1);
    }

    private void compare(byte[] data) throws CardStatus {
        if (triesLeft == 0) {
            throw new CardStatus(CardStatus.BLOCKED);
        }
        if (!Arrays.equals(value, data)) {
            verified = false;
            triesLeft--;
            throw refused();
        }
        triesLeft = most;
    }

    private CardStatus refused() {
        return new CardStatus(triesLeft == 0 ? CardStatus.BLOCKED : CardStatus.TRIES_LEFT | triesLeft);
    }
}
