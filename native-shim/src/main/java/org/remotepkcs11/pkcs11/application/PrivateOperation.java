package org.remotepkcs11.pkcs11.application;

import java.util.Optional;

/** An operation that may need a private key on a card. */
interface PrivateOperation {
    /** Where the key wants a login for each use; empty for all other keys. */
    Optional<ContextLogin> contextLogin();
}
