package org.remotepkcs11.proxy.cards.pkcs11;

import org.remotepkcs11.wire.PrivateKeyObject;

/**
 * A private key of a token with its public part.
 *
 * @param handle of the private key object; means nothing where only the public key object is visible
 */
record CardKey(long handle, PrivateKeyObject object) {
    boolean isAlwaysAuthenticate() {
        return object.usages().contains(PrivateKeyObject.Usage.ALWAYS_AUTHENTICATE);
    }
}
