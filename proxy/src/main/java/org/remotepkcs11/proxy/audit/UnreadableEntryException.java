package org.remotepkcs11.proxy.audit;

/** Bytes in the place of an entry of the audit log are none. */
public final class UnreadableEntryException extends Exception {
    UnreadableEntryException(String message, Throwable cause) {
        super(message, cause);
    }
}
