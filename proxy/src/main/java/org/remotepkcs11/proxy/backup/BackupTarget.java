package org.remotepkcs11.proxy.backup;

import java.io.IOException;

/** A place that backups go to. */
interface BackupTarget {
    /** Names it in messages and in the file that remembers what it has. */
    String name();

    /** Where it is: another place has nothing yet. */
    String place();

    /** Whether what was delivered may still be there. @param entries of the log that were */
    boolean holds(long entries) throws IOException;

    /** Takes a sealed message. Once it returns, the message is safe there. @throws IOException if it is not */
    void deliver(Parcel parcel, byte[] sealed) throws IOException;
}
