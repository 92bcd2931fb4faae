package org.remotepkcs11.pkcs11.application;

import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;

/** The right to use one card; closing it wipes the proof of the virtual PIN. */
public interface CardLogin extends AutoCloseable {
    /** As it was at login. */
    RemoteCard card();

    /** Has the card apply a key: one request at most, shared with others that come at the same time. */
    byte[] use(Operation operation) throws RefusedException;

    /** Replaces the virtual PIN; this login ends. @return the login by the new PIN */
    CardLogin changePin(char[] newPin) throws RefusedException;

    @Override
    void close();
}
