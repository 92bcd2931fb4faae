package org.remotepkcs11.proxy.access;

import org.remotepkcs11.wire.PinState;

/**
 * What was done by a delegation.
 *
 * @param operations admitted so far
 * @param tries      wrong virtual PINs since the last right one
 */
record Tally(long operations, long tries) {
    static final Tally NEW = new Tally(0, 0);
    /** Tries of a delegation that is locked because the proxy was restored. */
    static final long RESTORED = 1_000_000;

    PinState pinState(int allowed) {
        if (tries == 0) {
            return PinState.OK;
        }
        if (tries >= allowed) {
            return PinState.LOCKED;
        }
        return tries == allowed - 1 ? PinState.FINAL_TRY : PinState.COUNT_LOW;
    }
}
