package org.remotepkcs11.proxy.backup;

import java.io.IOException;

/** A place that backups go to. */
interface BackupTarget {
    /** Names it in messages and in the file that remembers what it has. */
    String name();

    /** Takes a sealed message. Once it returns, the message is safe there. @throws IOException if it is not */
    void deliver(Parcel parcel, byte[] sealed) throws IOException;
}
