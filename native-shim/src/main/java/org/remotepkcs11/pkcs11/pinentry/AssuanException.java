package org.remotepkcs11.pkcs11.pinentry;

import java.io.IOException;

/** The other end broke the Assuan protocol, or answered a command by ERR. */
final class AssuanException extends IOException {
    private static final long serialVersionUID = 1;

    AssuanException(String message) {
        super(message);
    }
}
