package org.remotepkcs11.pkcs11.application;

import java.time.Duration;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.Snapshot;

/** Where one user's remote cards come from. For use by any number of threads. */
public interface CardSource {
    /** As known; asks the proxy only at first, and once something changed. */
    Snapshot snapshot() throws RefusedException;

    /** Waits until the snapshot is no longer the known one. @return false if patience ended first */
    boolean watch(Duration patience) throws RefusedException;

    /** Confirms a virtual PIN. A wrong one is sent once. @param pin is not changed */
    CardLogin login(RemoteCard card, char[] pin) throws RefusedException;
}
