package org.remotepkcs11.proxy.backup;

import java.io.IOException;

/** A message is encrypted to other keys than those at hand. */
final class ForOthersException extends IOException {
    private static final long serialVersionUID = 1L;

    ForOthersException(String message) {
        super(message);
    }
}
