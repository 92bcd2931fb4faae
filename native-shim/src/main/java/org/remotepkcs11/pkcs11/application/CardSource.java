package org.remotepkcs11.pkcs11.application;

import java.time.Duration;
import org.remotepkcs11.wire.KeySet;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.Snapshot;

/** Where one user's remote cards come from. For use by any number of threads. */
public interface CardSource {
    /** As known; asks the proxy only at first, and once something changed. */
    Snapshot snapshot() throws RefusedException;

    /** Waits until the snapshot is no longer the known one. @return false if patience ended first */
    boolean watch(Duration patience) throws RefusedException;

    /**
     * Which of the card's keys an application is to be shown for as long as it lives. Asks nobody.
     *
     * @param application counts as open until {@link #ended}
     */
    KeySet keySet(RemoteCard card, Object application);

    void ended(Object application);

    /** Confirms a virtual PIN. A wrong one is sent once. @param pin is not changed */
    CardLogin login(RemoteCard card, char[] pin) throws RefusedException;
}
