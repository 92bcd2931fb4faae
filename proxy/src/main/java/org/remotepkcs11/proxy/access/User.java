package org.remotepkcs11.proxy.access;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Role;

/**
 * An enrolled person.
 *
 * @param id          16 bytes, the same for ever, also when the key changes
 * @param fingerprint {@link org.remotepkcs11.wire.Fingerprint} of the key
 */
public record User(Id id, String name, Role role, Id fingerprint, X509Certificate certificate, boolean disabled) {
    public PublicKey publicKey() {
        return certificate.getPublicKey();
    }
}
