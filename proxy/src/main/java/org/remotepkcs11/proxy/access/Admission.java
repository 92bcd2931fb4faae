package org.remotepkcs11.proxy.access;

import java.util.List;
import java.util.Optional;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.Snapshot;

/** What the {@link Gate} says to a request; it is durably recorded by then. */
public sealed interface Admission {
    /**
     * A card must do something now; the intent is recorded. {@link Gate#conclude} must follow. What opens the card is
     * wiped when this is closed and no card is at it.
     */
    sealed interface Pending extends Admission, AutoCloseable permits Granted, CardCheck {
        User user();

        /** The remote card. */
        Id card();

        /** By which the user may. */
        Id delegation();

        @Override
        void close();
    }

    /**
     * Open: the session may begin.
     *
     * @param snapshot    absent where the version that the user knows is still true
     * @param consistency from the tree size the user knows to the head in {@code recorded}
     */
    record Opened(User user, Optional<Snapshot> snapshot, List<byte[]> consistency, Recorded recorded)
            implements Admission {
        public Opened {
            consistency = List.copyOf(consistency);
        }
    }

    /** Login, ChangePin, Administer: done. Watch: accepted, the waiting is the caller's. */
    record Done(User user, Outcome outcome, Recorded recorded) implements Admission {
    }

    record Denied(Refusal refusal, Recorded recorded) implements Admission {
    }
}
