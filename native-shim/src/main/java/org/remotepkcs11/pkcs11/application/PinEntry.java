package org.remotepkcs11.pkcs11.application;

import java.util.Optional;
import org.remotepkcs11.wire.RemoteCard;

/** Asks the user for a virtual PIN where the host gives none: {@code CKF_PROTECTED_AUTHENTICATION_PATH}. */
public interface PinEntry {
    /** What the PIN is for. */
    enum Purpose { LOGIN, USE_OF_KEY, OLD_PIN, NEW_PIN }

    /** There is nobody to ask. */
    PinEntry NONE = new PinEntry() {
        @Override
        public boolean isAvailable() {
            return false;
        }

        @Override
        public Optional<char[]> ask(RemoteCard card, Purpose purpose) {
            return Optional.empty();
        }
    };

    /** Whether tools should leave it to us to ask. */
    boolean isAvailable();

    /** @return a PIN, which the caller wipes; empty if the user gave up, or there is nobody to ask */
    Optional<char[]> ask(RemoteCard card, Purpose purpose);

    /** The proxy called the PIN that was asked for last wrong: it must not be given again by itself. */
    default void refused(RemoteCard card) {
    }
}
